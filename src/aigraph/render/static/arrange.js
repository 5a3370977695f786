// Places for a small view. The whole graph has its places from the start; a few nodes out of thousands would lie far
// apart there, so up to SMALL nodes are drawn together: springs along lines, repulsion, no chance, same result each time.
// Nodes that come later (expanded, searched) settle round those already there, which stay where they are.
(function (A) {
  "use strict";
  const SMALL = 400;
  const EDGE = 130;
  const WIDE = 0.62; // labels are wider than high: sideways distance counts less, so nodes keep further apart sideways
  let kept = { key: "", places: new Map() };

  // Map node number -> [x, y] for the nodes in sight, or null where the whole graph's places serve.
  A.rearranged = false; // whether the last call moved what was there before
  A.arrange = function (seen, state) {
    A.rearranged = false;
    if (seen.nodes.size > SMALL || state.base === "all" || state.base === "groups") return null;
    const near = neighbours(seen);
    const places = new Map(core([...seen.core].filter((i) => seen.nodes.has(i)).sort((x, y) => x - y), near));
    for (const id of state.open) {
      const i = A.byNodeId.get(id).i;
      settle([i, ...(near.get(i) || [])].filter((n) => seen.nodes.has(n) && !places.has(n)), near, places);
    }
    settle([...seen.nodes].filter((n) => !places.has(n)), near, places);
    return places;
  };

  function neighbours(seen) {
    const near = new Map();
    for (const { s, t } of seen.bundles.values()) {
      for (const [from, to] of [[s, t], [t, s]]) {
        if (!near.has(from)) near.set(from, new Set());
        near.get(from).add(to);
      }
    }
    return near;
  }

  function core(list, near) {
    const key = list.join(",") + "|" + list.map((i) => (near.get(i) || new Set()).size).join(",");
    if (kept.key !== key) {
      A.rearranged = true;
      const places = new Map();
      const [cx, cy] = middle(list.map((i) => [A.nodes[i].x, A.nodes[i].y]));
      const spread = Math.max(1, Math.sqrt(list.reduce((sum, i) =>
        sum + (A.nodes[i].x - cx) ** 2 + (A.nodes[i].y - cy) ** 2, 0) / (list.length || 1)));
      const factor = (EDGE * 0.5 * Math.sqrt(list.length)) / spread;
      for (const i of list) places.set(i, [(A.nodes[i].x - cx) * factor, (A.nodes[i].y - cy) * factor]);
      relax(list, list, near, places, 220);
      kept = { key, places };
    }
    return kept.places;
  }
  const middle = (points) => points.reduce(([x, y], p) => [x + p[0] / points.length, y + p[1] / points.length], [0, 0]);

  // Put `list` round what it is tied to, on the side that looks away from the middle, then let only `list` move.
  function settle(list, near, places) {
    if (!list.length) return;
    const centre = middle([...places.values()]);
    list.forEach((i, n) => {
      const tied = [...(near.get(i) || [])].filter((other) => places.has(other)).map((other) => places.get(other));
      const [x, y] = tied.length ? middle(tied) : centre;
      const out = Math.atan2(y - centre[1], x - centre[0]);
      const turn = out + (n % 2 ? 1 : -1) * Math.ceil(n / 2) * 0.7;
      const far = tied.length ? EDGE * (0.8 + 0.12 * Math.sqrt(n)) : EDGE * (1.5 + Math.sqrt(places.size) * 0.5);
      places.set(i, [x + Math.cos(turn) * far, y + Math.sin(turn) * far]);
    });
    relax(list, [...places.keys()], near, places, 90);
  }

  function relax(moving, all, near, places, steps) {
    const index = new Map(all.map((i, n) => [i, n]));
    const x = all.map((i) => places.get(i)[0]);
    const y = all.map((i) => places.get(i)[1]);
    const [cx, cy] = middle(all.map((i) => places.get(i)));
    for (let step = 0; step < steps; step++) {
      const heat = EDGE * 0.35 * (1 - step / steps) + 1;
      const moves = moving.map((i) => {
        const n = index.get(i);
        let dx = (cx - x[n]) * 0.012;
        let dy = (cy - y[n]) * 0.018;
        for (let m = 0; m < all.length; m++) {
          if (m === n) continue;
          const gx = (x[n] - x[m]) * WIDE;
          const gy = y[n] - y[m];
          const d2 = gx * gx + gy * gy + 0.01;
          if (d2 > EDGE * EDGE * 9) continue;
          const push = (EDGE * EDGE * 0.32) / d2;
          dx += gx * push + (m < n ? 1e-3 : -1e-3);
          dy += gy * push;
        }
        const tied = [...(near.get(i) || [])].filter((other) => index.has(other));
        for (const other of tied) {
          const m = index.get(other);
          const gap = Math.hypot(x[m] - x[n], y[m] - y[n]) || 1;
          const weight = 0.5 / Math.sqrt(Math.max(tied.length, near.get(other).size));
          dx += (x[m] - x[n]) * weight * (1 - EDGE / gap);
          dy += (y[m] - y[n]) * weight * (1 - EDGE / gap);
        }
        const length = Math.hypot(dx, dy) || 1;
        const scale = Math.min(1, heat / length);
        return [n, dx * scale, dy * scale];
      });
      for (const [n, dx, dy] of moves) {
        x[n] += dx;
        y[n] += dy;
      }
    }
    for (const i of moving) places.set(i, [Math.round(x[index.get(i)]), Math.round(y[index.get(i)])]);
  }
})(window.AIG);
