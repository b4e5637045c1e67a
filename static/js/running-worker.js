// Keeps one page that runs a plan, with its styles, scripts and fonts, for when there is no
// network. It looks after that address alone; everything else goes to the network as ever.
"use strict";

const PAGE = new URL(registration.scope).pathname;
const COPY = `laborwiki-copy:${PAGE}`;
const PATIENCE = 4000; // milliseconds to wait for a slow network when there is a copy

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("message", (event) => {
  const { page, parts } = event.data;
  const port = event.ports[0];
  event.waitUntil(
    keep(page, parts)
      .then(() => true, () => caches.has(COPY))
      .then((isKept) => port.postMessage(isKept ? "kept" : "failed")),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === PAGE) event.respondWith(freshOrKept(request));
  } else if (pathname.startsWith("/static/") || pathname.startsWith("/labore/")) {
    event.respondWith(keptOrFresh(request));
  }
});

async function freshOrKept(request) {
  const kept = (await keptOf(request)) ?? (await keptOf(request, { ignoreSearch: true }));
  const fresh = fetch(request).then(async (answer) => {
    if (answer.status === 404 || answer.status === 410) await forget();
    // A server in trouble is as good as none.
    else if (answer.status >= 500 && kept) return kept;
    else if (answer.ok && kept) await (await caches.open(COPY)).put(request.url, answer.clone());
    return answer;
  });
  if (!kept) return fresh;
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE, kept); });
  return Promise.race([fresh.catch(() => kept), late]);
}

async function keptOrFresh(request) {
  return (await keptOf(request)) ?? fetch(request);
}

// What others would be answered is no question here: there is one copy. Asking makes no empty one.
const keptOf = (request, more = {}) =>
  caches.match(request, { cacheName: COPY, ignoreVary: true, ...more });

// All of it, or what was kept before stays; then whatever is older goes.
async function keep(page, parts) {
  const wanted = [page, ...parts];
  const answers = await Promise.all(wanted.map((address) => fetch(address)));
  if (!answers.every((answer) => answer.ok)) throw new Error("not all there");
  const copy = await caches.open(COPY);
  await Promise.all(answers.map((answer, place) => copy.put(wanted[place], answer)));
  const addresses = new Set(wanted.map((address) => new URL(address, location).href));
  for (const old of await copy.keys()) if (!addresses.has(old.url)) await copy.delete(old, { ignoreVary: true });
}

async function forget() {
  await caches.delete(COPY);
  await registration.unregister();
}
