// Draws the Mermaid charts of a page. The library is only loaded when there is one.
"use strict";

(() => {
  const blocks = document.querySelectorAll("pre > code.language-mermaid");

  function failed(block, error) {
    const p = document.createElement("p");
    p.className = "chart-error";
    p.textContent = "This chart cannot be drawn: " + error.message;
    block.parentElement.before(p);
  }

  async function draw(block, number) {
    const source = block.textContent;
    // Rendering does not need the block itself, which may stand in a folded part without a size.
    const { svg } = await mermaid.render("chart-" + number, source);
    const figure = document.createElement("figure");
    figure.className = "chart";
    figure.innerHTML = svg;
    const image = figure.querySelector("svg");
    image.setAttribute("role", "img");
    image.setAttribute("aria-label", "Chart; its source follows as text");
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "Source of the chart";
    block.parentElement.replaceWith(figure);
    details.append(summary, block.parentElement);
    figure.append(details);
  }

  async function drawAll() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, theme: dark ? "dark" : "neutral" });
    for (const [number, block] of blocks.entries()) {
      try {
        await draw(block, number);
      } catch (error) {
        failed(block, error);
      }
    }
    document.documentElement.dataset.charts = "drawn";
  }

  if (blocks.length > 0) {
    const script = document.createElement("script");
    script.src = "/assets/mermaid.min.js";
    script.onload = drawAll;
    document.head.append(script);
  }
})();
