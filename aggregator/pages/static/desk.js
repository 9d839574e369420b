// What pages do better with a script; each works without one.

// On a telephone the list of pages would come before every page.
const menu = document.querySelector(".menu");
if (menu) {
  const narrow = matchMedia("(max-width: 52rem)");
  const fit = () => { menu.open = !narrow.matches; };
  fit();
  narrow.addEventListener("change", fit);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.firstChild.textContent = button.dataset.copy;
  });
}

// A printed page shows everything; on the screen the part that was asked for is opened.
let closed = [];
window.addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const part of closed) part.open = true;
});
window.addEventListener("afterprint", () => {
  for (const part of closed) part.open = false;
});
const asked = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (asked && asked.tagName === "DETAILS") asked.open = true;

const work = document.querySelector("[data-work]");
if (work) {
  const timer = setInterval(async () => {
    const answer = await fetch(work.dataset.work, { redirect: "manual" }).catch(() => null);
    if (answer && (!answer.ok || (await answer.text()) !== "running")) {
      clearInterval(timer);
      location.reload();
    }
  }, 700);
}

// A file is read in the browser and put into the form as text, as if it had been pasted.
for (const input of document.querySelectorAll("[data-into]")) {
  input.closest("[data-with-script]").hidden = false;
  input.addEventListener("change", async () => {
    if (input.files.length) document.getElementById(input.dataset.into).value = await input.files[0].text();
  });
}
