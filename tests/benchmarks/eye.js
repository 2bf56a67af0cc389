// The eye: it looks at a part of this tab as the compositor shows it. Chromium's tab capture delivers every frame whose
// pixels changed; a worker reduces each to a number, so that a busy page does not keep it waiting.
// Times are milliseconds since the epoch, of one clock for the page and the worker, in steps of 0.1.

(() => {
  const frames = []; // [time, hash] of each that differs from the one before it
  const events = []; // [time, type], what the user did
  let seen = () => {};
  const WARM_UP = 1000; // ms
  const [FAINTER, FAINT] = ["rgb(0 0 0 / 0.2%)", "rgb(0 0 0 / 0.5%)"];
  const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  // Where the pictures are: a pane over all of them, faint enough not to be seen. Capture is cut to it.
  function pane(selectors) {
    const boxes = [...document.querySelectorAll(selectors)].map((element) => element.getBoundingClientRect());
    const left = Math.max(0, Math.min(...boxes.map((box) => box.left)));
    const top = Math.max(0, Math.min(...boxes.map((box) => box.top)));
    const width = Math.max(...boxes.map((box) => box.right)) - left;
    const height = Math.max(...boxes.map((box) => box.bottom)) - top;
    const element = document.createElement("div");
    const look = { position: "fixed", isolation: "isolate", background: FAINTER, pointerEvents: "none" };
    const place = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`, zIndex: 9999 };
    Object.assign(element.style, look, place);
    document.body.append(element);
    return element;
  }

  // Runs in the worker.
  function look() {
    const now = () => performance.timeOrigin + performance.now();
    self.onmessage = async ({ data }) => {
      const reader = data.getReader();
      for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
        const time = now();
        const pixels = new Uint8Array(value.allocationSize());
        await value.copyTo(pixels);
        value.close();
        self.postMessage([time, hash(pixels)]);
      }
    };
    function hash(pixels) {
      let sum = 0;
      const words = new Uint32Array(pixels.buffer, 0, pixels.length >> 2);
      for (const word of words) {
        sum = Math.imul(sum ^ word, 0x01000193);
        sum ^= sum >>> 15; // so that high bits count as well
      }
      return sum;
    }
  }

  // Begin to look at the elements of these selectors. The user must have clicked before.
  async function open(selectors) {
    const video = { frameRate: { ideal: 60 } };
    const stream = await navigator.mediaDevices.getDisplayMedia({ preferCurrentTab: true, video });
    const [track] = stream.getVideoTracks();
    const cover = pane(selectors);
    await track.cropTo(await CropTarget.fromElement(cover));
    await after(WARM_UP); // a reader that is made at once gets nothing, every other time
    const worker = new Worker(URL.createObjectURL(new Blob([`(${look})()`])));
    const { readable } = new MediaStreamTrackProcessor({ track });
    worker.onmessage = ({ data }) => {
      if (data[1] === frames.at(-1)?.[1]) return; // something else on the page has changed
      frames.push(data);
      seen();
    };
    worker.postMessage(readable, [readable]);
    const note = (event) => events.push([performance.timeOrigin + event.timeStamp, event.type]);
    for (const type of ["keydown", "pointermove"]) addEventListener(type, note, true);
    cover.style.background = FAINT;
    await after(WARM_UP);
    if (frames.length === 0) throw new Error("Tab capture delivers no frames.");
  }

  // Note when the first element of a selector is in the page.
  function awaits(selector) {
    const observer = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      events.push([performance.timeOrigin + performance.now(), "appeared"]);
      observer.disconnect();
    });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  }

  // Wait until something has changed since the last event, and nothing for `quiet` milliseconds after it.
  function settled(quiet, patience) {
    return new Promise((resolve) => {
      const end = () => {
        seen = () => {};
        clearTimeout(late);
        clearTimeout(timer);
        resolve();
      };
      const late = setTimeout(end, patience);
      let timer;
      seen = () => {
        clearTimeout(timer);
        timer = setTimeout(end, quiet);
      };
      if (frames.at(-1)[0] > (events.at(-1)?.[0] ?? 0)) seen();
    });
  }

  // Return what was seen since the last time, and what the user did. The last frame stays, to compare with.
  function take() {
    return { frames: frames.splice(0, frames.length - 1).concat(frames), events: events.splice(0) };
  }

  globalThis.eye = { open, awaits, settled, take };
})();
