// Lines and dots as the text of an SVG path. Quick, because it runs for every picture of a drag.

const FAR = 1e5; // pixels: SVG renderers lose their way beyond; what lies there is outside every plot anyway

function pixel(at) {
  return Math.round(Math.max(-FAR, Math.min(FAR, at)) * 100) / 100;
}

// Return a line through `count` points. It breaks where a coordinate is not a number.
export function line(count, x, y) {
  let text = "";
  let isDown = false;
  for (let i = 0; i < count; i += 1) {
    const across = pixel(x(i));
    const up = pixel(y(i));
    if (across !== across || up !== up) isDown = false;
    else {
      text += isDown ? "L" : "M";
      text += across;
      text += " ";
      text += up;
      isDown = true;
    }
  }
  return text;
}

// Return a dot at each point, to be stroked with a round cap.
export function dots(count, x, y) {
  let text = "";
  for (let i = 0; i < count; i += 1) {
    const across = pixel(x(i));
    const up = pixel(y(i));
    if (across === across && up === up) text += `M${across} ${up}h0`;
  }
  return text;
}
