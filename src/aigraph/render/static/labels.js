// Paints over vis-network's drawing: the veil that sets off what is looked at, and labels that never overlap.
(function (A) {
  "use strict";
  const widths = new Map(); // text and size -> width in pixels
  const AREA = 9000; // square pixels for each label of a crowded view: the rest shows on zooming in
  let hovered = null;
  A.written = []; // what the last drawing says: [text, left, top, width, height] in pixels

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
    A.written = [];
    for (const i of clear ? clear.nodes : A.seen.nodes) keepClear(i, taken);
    nodeLabels(context, clear, taken, true);
    nodeLabels(context, clear, taken, false);
    if (clear) edgeLabels(context, clear, taken);
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
      for (const [cell, here] of cells) {
        here.push(box);
        this.cells.set(cell, here);
      }
      return true;
    }
  }

  const SPECK = 3; // pixels: a label may cover what is drawn smaller

  // No label over another node.
  function keepClear(i, taken) {
    if (!A.seen.nodes.has(i)) return;
    const [x, y] = A.place(A.nodes[i]);
    const at = A.network.canvasToDOM({ x, y });
    const radius = (A.diameter(i) / 2) * A.network.getScale();
    if (radius > SPECK && onScreen(at, radius)) taken.free(at.x - radius, at.y - radius, 2 * radius, 2 * radius, true);
  }
  function onScreen({ x, y }, margin) {
    const { clientWidth: wide, clientHeight: high } = A.byId("canvas");
    return x > -margin && y > -margin && x < wide + margin && y < high + margin;
  }

  // First the one that is looked at, whose label always shows, as do those of a path; then the rest, by importance,
  // where there is room: under the node, else above it, else beside it.
  function nodeLabels(context, clear, taken, first) {
    const { clientWidth: wide, clientHeight: high } = A.byId("canvas");
    const scale = A.network.getScale();
    const measure = A.measures[A.state.size];
    const important = (i) => (hovered === i ? 2 : clear && clear.nodes.has(i) ? 1 : 0);
    const order = [...A.seen.nodes].filter((i) => !clear || clear.nodes.has(i))
      .sort((x, y) => important(y) - important(x) || measure[y] - measure[x] || x - y);
    for (const g of clear || first ? [] : A.seen.groups) groupLabel(context, g, taken, scale);
    let room = clear || order.length < 160 ? Infinity : (wide * high) / AREA;
    for (const i of order) {
      if (room <= 0) break;
      const chosen = hovered === i || A.nodes[i].id === A.state.sel;
      if (chosen !== first) continue;
      const [x, y] = A.place(A.nodes[i]);
      const at = A.network.canvasToDOM({ x, y });
      if (!onScreen(at, 30)) continue;
      const radius = (A.diameter(i) / 2) * scale;
      const size = Math.max(11, Math.min(17, Math.round(radius * 0.75)));
      const text = short(A.caption(A.nodes[i]), 32);
      const aside = radius + 5 + width(context, text, size, chosen) / 2;
      const places = [[at.x, at.y + radius + 3], [at.x, at.y - radius - size - 4],
        [at.x + aside, at.y - size / 2], [at.x - aside, at.y - size / 2]];
      const force = chosen || Boolean(clear && (A.seen.route || A.state.edge));
      room -= write(context, taken, { text, places, size, bold: chosen, force });
    }
  }

  // A community is called by its most central member; an event only where it has nothing else.
  function groupLabel(context, g, taken, scale) {
    const members = A.groups[g];
    const [x, y] = A.groupPlace(g);
    const at = A.network.canvasToDOM({ x, y });
    if (!onScreen(at, 200)) return;
    const radius = 26 * Math.sqrt(members.length) * scale;
    const text = `${short(A.caption(members.find((node) => !node.kind) || members[0]), 16)} +${members.length - 1}`;
    const places = [[at.x, at.y - 8], [at.x, at.y + radius + 2], [at.x, at.y - radius - 17]];
    write(context, taken, { text, places, size: 13, bold: true });
  }

  function edgeLabels(context, clear, taken) {
    if (clear.edges.size > 24) return;
    for (const key of clear.edges) {
      const line = A.network.body.edges[key];
      if (!line) continue;
      const places = [0.5, 0.38, 0.62].map((along) => {
        const at = A.network.canvasToDOM(line.edgeType.getPoint(along));
        return [at.x, at.y - 6];
      });
      const bundle = A.seen.bundles.get(key);
      write(context, taken, { text: A.label(A.relations[bundle.rel]), places, size: 11, quiet: true });
    }
  }

  const fontOf = (size, bold) => `${bold ? "600 " : ""}${size}px ${A.options.font}`;
  function width(context, text, size, bold) {
    const key = `${bold ? "b" : ""}${size}|${text}`;
    if (!widths.has(key)) {
      context.font = fontOf(size, bold);
      widths.set(key, context.measureText(text).width);
    }
    return widths.get(key);
  }

  // Write the text at the first of the places that is free, moved in from the rim where it would be cut; with `force`
  // at the first place if none is. Says whether it did.
  function write(context, taken, { text, places, size, bold, force, quiet }) {
    const wide = width(context, text, size, bold);
    const most = A.byId("canvas").clientWidth - wide / 2 - 4;
    const inside = places.map(([x, y]) => [Math.max(wide / 2 + 4, Math.min(x, most)), y]);
    const free = ([x, y]) => taken.free(x - wide / 2 - 3, y - 1, wide + 6, size + 3, false);
    const at = inside.find(free) || (force && inside[0]);
    if (!at) return false;
    A.written.push([text, at[0] - wide / 2, at[1], wide, size]);
    context.font = fontOf(size, bold);
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = A.css("--paper");
    context.strokeText(text, ...at);
    context.fillStyle = A.css(quiet ? "--quiet" : "--ink");
    context.fillText(text, ...at);
    return true;
  }

  const short = (text, most) => ([...text].length > most ? [...text].slice(0, most - 1).join("") + "…" : text);
})(window.AIG);
