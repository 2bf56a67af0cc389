// The score above the slider: a low line while a tape records, a high one while a tape is played back.

import { svg } from "../../common/view/dom.js";

const FINEST = 300; // parts that a score is cut into at most

export function score(facts) {
  return [...line("playback", facts.isPlaying, 0), ...line("recording", facts.isRecording, 0.62)];
}

function line(kind, flags, y) {
  const last = flags.length - 1;
  const parts = Math.min(FINEST, last);
  const runs = [];
  for (let part = 0; part < parts; part += 1) {
    if (!flags[Math.ceil(((part + 1) * last) / parts)]) continue;
    const run = runs.at(-1);
    if (run && run.to === part) run.to += 1;
    else runs.push({ from: part, to: part + 1 });
  }
  return runs.map(({ from, to }) =>
    svg("rect", { class: `deck-${kind}`, x: from / parts, width: (to - from) / parts, y, height: 0.38 }),
  );
}
