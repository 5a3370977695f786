// Paints over vis-network's drawing: the veil that sets off what is looked at, and labels that never overlap.
(function (A) {
  "use strict";
  const widths = new Map(); // text and size -> width in pixels
  const AREA = 9000; // square pixels for each label of a crowded view: the rest shows on zooming in
  let hovered = null;

  A.hover = function (i) {
    if (hovered === i) return;
    hovered = i;
    A.byId("canvas").style.cursor = i === null ? "" : "pointer";
    A.network.redraw();
  };

  // What the veil leaves clear: {nodes: Set, edges: Set of keys}, or null where nothing is looked at.
  function focus() {
    const { state, seen } = A;
    if (hovered !== null && seen.nodes.has(hovered)) return around(hovered);
    if (state.edge && seen.bundles.has(state.edge)) {
      const { s, t } = seen.bundles.get(state.edge);
      return { nodes: new Set([s, t]), edges: new Set([state.edge]) };
    }
    if (seen.route) {
      const at = new Map(seen.route.map((i, step) => [i, step]));
      const edges = new Set();
      for (const { key, s, t } of seen.bundles.values()) if (Math.abs(at.get(s) - at.get(t)) === 1) edges.add(key);
      return { nodes: new Set(seen.route), edges };
    }
    return state.sel ? around(A.byNodeId.get(state.sel).i) : null;
  }
  function around(i) {
    const found = { nodes: new Set([i]), edges: new Set() };
    for (const fact of A.nodes[i].facts) {
      const key = `${fact.s}-${fact.t}-${fact.rel}`;
      if (!A.seen.bundles.has(key)) continue;
      found.edges.add(key);
      found.nodes.add(fact.s).add(fact.t);
    }
    return found;
  }

  A.paint = function (context) {
    if (!A.seen) return;
    const clear = focus();
    if (clear) veil(context, clear);
    context.save();
    const ratio = A.network.canvas.pixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0); // screen pixels: text keeps its size at every zoom
    const taken = new Boxes();
    nodeLabels(context, clear, taken, true);
    if (clear) edgeLabels(context, clear, taken);
    nodeLabels(context, clear, taken, false);
    context.restore();
  };

  function veil(context, clear) {
    const { body } = A.network;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 0.8;
    context.fillStyle = A.css("--paper");
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    context.restore();
    for (const key of clear.edges) {
      if (!body.edges[key]) continue;
      body.edges[key].draw(context);
      body.edges[key].drawArrows(context);
    }
    for (const i of clear.nodes) if (body.nodes[i]) body.nodes[i].draw(context);
    for (const i of [hovered, A.state.sel ? A.byNodeId.get(A.state.sel).i : null]) {
      const node = i === null ? null : body.nodes[i];
      if (!node) continue;
      context.beginPath();
      context.arc(node.x, node.y, A.diameter(i) / 2 + 5, 0, 2 * Math.PI);
      context.strokeStyle = A.css("--accent");
      context.lineWidth = 3;
      context.stroke();
    }
  }

  // Room already taken by labels, in cells so that a test looks at few of them.
  class Boxes {
    constructor() {
      this.cells = new Map();
    }
    free(x, y, width, height, force) {
      const box = [x, y, x + width, y + height];
      const cells = [];
      for (let cx = Math.floor(x / 80); cx <= Math.floor(box[2] / 80); cx++) {
        for (let cy = Math.floor(y / 40); cy <= Math.floor(box[3] / 40); cy++) {
          const cell = `${cx},${cy}`;
          const here = this.cells.get(cell) || [];
          if (!force && here.some((b) => b[0] < box[2] && b[2] > x && b[1] < box[3] && b[3] > y)) return false;
          cells.push([cell, here]);
        }
      }
      for (const [cell, here] of cells) this.cells.set(cell, [...here, box]);
      return true;
    }
  }

  // First the one that is looked at, whose label always shows; then the rest, by importance, where there is room.
  function nodeLabels(context, clear, taken, first) {
    const { clientWidth: wide, clientHeight: high } = A.byId("canvas");
    const scale = A.network.getScale();
    const measure = A.measures[A.state.size];
    const important = (i) => (hovered === i ? 2 : clear && clear.nodes.has(i) ? 1 : 0);
    const order = [...A.seen.nodes].filter((i) => !clear || clear.nodes.has(i))
      .sort((x, y) => important(y) - important(x) || measure[y] - measure[x] || x - y);
    const paint = (text, x, y, size, bold, force) => {
      if (x < -200 || y < -30 || x > wide + 200 || y > high + 30) return false;
      return write(context, taken, { text, x, y, size, bold, force });
    };
    for (const g of clear || first ? [] : A.seen.groups) {
      const [x, y] = A.groupPlace(g);
      const at = A.network.canvasToDOM({ x, y });
      paint(`${short(A.name(A.groups[g][0]), 16)} +${A.groups[g].length - 1}`, at.x, at.y - 8, 13, true, false);
    }
    let room = clear || order.length < 160 ? Infinity : (wide * high) / AREA;
    for (const i of order) {
      if (room <= 0) break;
      const chosen = hovered === i || A.nodes[i].id === A.state.sel;
      if (chosen !== first) continue;
      const [x, y] = A.place(A.nodes[i]);
      const at = A.network.canvasToDOM({ x, y });
      const size = Math.max(11, Math.min(17, (A.diameter(i) / 2) * scale * 0.75));
      room -= paint(short(A.name(A.nodes[i]), 32), at.x, at.y + (A.diameter(i) / 2) * scale + 3, size, chosen, chosen);
    }
  }

  function edgeLabels(context, clear, taken) {
    if (clear.edges.size > 24) return;
    for (const key of clear.edges) {
      const line = A.network.body.edges[key];
      if (!line) continue;
      const at = A.network.canvasToDOM(line.edgeType.getPoint(0.5));
      const bundle = A.seen.bundles.get(key);
      write(context, taken, { text: A.label(A.relations[bundle.rel]), x: at.x, y: at.y - 6, size: 11, quiet: true });
    }
  }

  function write(context, taken, { text, x, y, size, bold, force, quiet }) {
    size = Math.round(size);
    context.font = `${bold ? "600 " : ""}${size}px ${A.options.font}`;
    const key = `${bold ? "b" : ""}${size}|${text}`;
    if (!widths.has(key)) widths.set(key, context.measureText(text).width);
    const width = widths.get(key);
    if (!taken.free(x - width / 2 - 3, y - 1, width + 6, size + 3, force)) return false;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = A.css("--paper");
    context.strokeText(text, x, y);
    context.fillStyle = A.css(quiet ? "--quiet" : "--ink");
    context.fillText(text, x, y);
    return true;
  }

  const short = (text, most) => ([...text].length > most ? [...text].slice(0, most - 1).join("") + "…" : text);
})(window.AIG);
