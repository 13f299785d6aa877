// Follows a clearance or an import that is being worked on, and shows the answer as soon as it is there.

const run = document.querySelector("[data-progress]");

const wait = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

async function follow() {
  const bar = run.querySelector("progress");
  const words = run.querySelector("[data-progress-words]");
  let pause = 0;
  for (;;) {
    await wait(pause);
    try {
      // Whoever can, answers when it is done, or after a second: a short list is shown at once.
      const headers = { accept: "application/json", prefer: "wait=1" };
      const answer = await fetch(run.dataset.progress, { headers, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { done, total, state, words: said } = await answer.json();
      bar.max = Math.max(total, 1);
      bar.value = done;
      words.textContent = said || `已核查 ${done.toLocaleString("en")} / ${total.toLocaleString("en")} 人`;
      if (state !== "running") {
        window.location.reload();
        return;
      }
      pause = answer.headers.has("preference-applied") ? 0 : Math.min(pause * 1.3 + 300, 2000);
    } catch (problem) {
      words.textContent = "暂时连接不上，正在重试";
      pause = 3000;
    }
  }
}

if (run) follow();
