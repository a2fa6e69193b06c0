// Reads the page anew while one types. Without this the button does it.
"use strict";
const form = document.getElementById("form"), result = document.getElementById("result"), page = document.getElementById("page");
let timer = 0, asked = 0;
// say keeps the element that screen readers listen to, and clears what stands below it.
function say(text) {
  const said = result.querySelector("[role=status]");
  while (said.nextSibling) said.nextSibling.remove();
  if (said.textContent !== text) said.textContent = text;
  return said;
}
async function look() {
  const mine = ++asked;
  try {
    const answer = await fetch("/try/part", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const text = await answer.text();
    if (mine !== asked) return; // a later one is on its way
    if (!answer.ok) throw new Error(text);
    const level = document.activeElement && document.activeElement.id === "level";
    const fresh = document.createElement("template");
    fresh.innerHTML = text; // escaped by the server
    const verdict = fresh.content.querySelector("[role=status]");
    verdict.remove();
    say(verdict.textContent).after(fresh.content);
    if (level) document.getElementById("level")?.focus();
  } catch (err) {
    if (mine !== asked) return;
    say("It could not be read: " + err.message);
  }
}
function soon() { clearTimeout(timer); timer = setTimeout(look, 300); }
form.addEventListener("input", e => { if (e.target.id !== "file") soon(); });
result.addEventListener("change", soon);
form.addEventListener("submit", e => { e.preventDefault(); look(); });
document.getElementById("file").addEventListener("change", async e => {
  const file = e.target.files[0];
  if (file) { page.value = await file.text(); look(); }
});
result.addEventListener("click", e => {
  const line = Number(e.target.dataset?.line);
  if (!line) return;
  const lines = page.value.split("\n"), start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  page.focus();
  page.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  page.scrollTop = (line - 5) * page.scrollHeight / lines.length;
});
