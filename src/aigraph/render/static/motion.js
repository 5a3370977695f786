// Moving the view: while it moves, the picture already drawn is shifted and scaled as a whole; it is drawn afresh at rest.
// Redrawing thousands of nodes a frame would stutter without a graphics card; moving a picture does not.
(function (A) {
  "use strict";
  const REST = 140; // milliseconds without movement before the view is drawn afresh
  let shift = null; // {dx, dy, zoom}: what the picture is moved by since it was drawn
  let timer = 0;
  let grip = null;
  A.dragged = false;

  const picture = () => A.byId("canvas").querySelector("canvas");

  function show() {
    picture().style.transform = shift ? `translate(${shift.dx}px, ${shift.dy}px) scale(${shift.zoom})` : "";
  }
  function rest() {
    clearTimeout(timer);
    if (!shift) return;
    const { dx, dy, zoom } = shift;
    const scale = A.network.getScale();
    const { x, y } = A.network.getViewPosition();
    const { clientWidth: wide, clientHeight: high } = A.byId("canvas");
    // the screen's middle was at this place of the picture before it was moved (its corner is the origin)
    const middle = { x: (wide / 2 - dx) / zoom - wide / 2, y: (high / 2 - dy) / zoom - high / 2 };
    shift = null;
    A.network.moveTo({ position: { x: x + middle.x / scale, y: y + middle.y / scale }, scale: scale * zoom, animation: false });
    A.network.redraw();
    requestAnimationFrame(show);
    A.viewChanged();
  }
  function move(change) {
    shift = change(shift || { dx: 0, dy: 0, zoom: 1 });
    show();
    clearTimeout(timer);
    timer = setTimeout(rest, REST);
  }

  A.startMotion = function () {
    const canvas = A.byId("canvas");
    picture().style.transformOrigin = "0 0";
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const step = Math.min(1.6, Math.max(0.625, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016))));
      const p = at(event);
      move(({ dx, dy, zoom }) => {
        const scale = A.network.getScale() * zoom;
        const factor = Math.min(6, Math.max(0.02, scale * step)) / scale;
        return { dx: p.x + (dx - p.x) * factor, dy: p.y + (dy - p.y) * factor, zoom: zoom * factor };
      });
    }, { passive: false, capture: true });
    canvas.addEventListener("pointerdown", (event) => {
      rest();
      A.dragged = false;
      if (event.button !== 0 || !event.isPrimary || A.network.getNodeAt(at(event)) !== undefined) return;
      grip = at(event);
    }, { capture: true });
    window.addEventListener("pointermove", (event) => {
      if (!grip || !event.isPrimary) return;
      const p = at(event);
      const [sx, sy] = [p.x - grip.x, p.y - grip.y];
      if (!A.dragged && Math.hypot(sx, sy) < 4) return;
      A.dragged = true;
      grip = p;
      move(({ dx, dy, zoom }) => ({ dx: dx + sx, dy: dy + sy, zoom }));
    });
    const release = () => {
      grip = null;
      if (shift) rest();
    };
    window.addEventListener("pointerup", release);
    window.addEventListener("pointercancel", release);
  };
})(window.AIG);
