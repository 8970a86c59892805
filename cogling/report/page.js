(() => {
  const tip = document.getElementById("tip");
  const nearest = (points, x) =>
    points.reduce((best, point) => (Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best));
  for (const svg of document.querySelectorAll("svg[data-series]")) {
    const lines = JSON.parse(svg.dataset.series).filter((line) => line.points.length);
    const cursor = svg.querySelector(".cursor");
    const show = (event) => {
      const box = svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) * svg.viewBox.baseVal.width) / box.width;
      const at = nearest(lines.map((line) => nearest(line.points, x)), x);
      cursor.setAttribute("x1", at[0]);
      cursor.setAttribute("x2", at[0]);
      cursor.style.visibility = "visible";
      const rows = lines.map((line) => line.name + "  " + nearest(line.points, at[0])[2]);
      tip.textContent = [at[1], ...rows].join("\n");
      tip.hidden = false;
      const right = event.clientX + 16 + tip.offsetWidth > innerWidth;
      tip.style.left = Math.max(4, event.clientX + (right ? -16 - tip.offsetWidth : 16)) + "px";
      tip.style.top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 4) + "px";
    };
    const hide = () => { tip.hidden = true; cursor.style.visibility = "hidden"; };
    svg.addEventListener("pointermove", show);
    svg.addEventListener("pointerdown", show);
    svg.addEventListener("pointerleave", hide);
  }
  const filters = document.querySelector(".filters");
  if (filters) {
    filters.hidden = false;
    const [task, level] = filters.querySelectorAll("select");
    const wrong = filters.querySelector("input");
    const none = document.getElementById("none-match");
    filters.addEventListener("change", () => {
      let shown = 0;
      for (const card of document.querySelectorAll(".thoughts > article")) {
        let fits = (!task.value || card.dataset.task === task.value) && (!level.value || card.dataset.level === level.value);
        const attempts = [...card.querySelectorAll(".attempt")];
        attempts.forEach((attempt) => { attempt.hidden = wrong.checked && attempt.dataset.correct === "yes"; });
        fits = fits && attempts.some((attempt) => !attempt.hidden);
        card.hidden = !fits;
        shown += fits;
      }
      none.hidden = shown > 0;
    });
  }
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
})();
