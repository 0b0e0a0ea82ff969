/** The code in the room: the next one is fetched when the one that is shown has ended, and every ten seconds for the number of those who are here. */
const OFTEN = 10; // seconds

async function renew() {
  const old = document.querySelector("[data-code]");
  const answer = await fetch(old.dataset.code).catch(() => null);
  const fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-code]");
  if (fresh) old.replaceWith(fresh);
  wait(fresh || null);
}

function wait(shown) {
  const seconds = shown ? Number(shown.dataset.next) : OFTEN; // no answer: it is asked again soon
  setTimeout(renew, 1000 * Math.min(OFTEN, seconds));
}

wait(document.querySelector("[data-code]"));
