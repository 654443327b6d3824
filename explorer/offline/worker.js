// The service worker of the built explorer: after the first visit the page works without a network. plugin.js writes in front of it
// FILES: for each file of the page its hash, and whether it is fetched before anyone asks for it.

const { scope } = registration;
// Several explorers can stand at one origin.
const CACHE = `chainrule ${scope}`;
/** The page itself; by its folder, since hosts redirect from index.html. */
const PAGE = "";

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || !`${origin}${pathname}`.startsWith(scope)) return;
  const path = pathname.slice(new URL(scope).pathname.length);
  if (mode === "navigate" && (path === PAGE || path === "index.html")) event.respondWith(fromNetwork(event.request, PAGE));
  else if (path !== PAGE && Object.hasOwn(FILES, path)) {
    // Names of assets change with what is in them.
    event.respondWith(path.startsWith("assets/") ? fromCache(event.request, path) : fromNetwork(event.request, path));
  }
});

async function fill() {
  const wanted = Object.keys(FILES).filter((path) => FILES[path].atOnce);
  await Promise.all(
    wanted.map(async (path) => {
      if ((await kept(path)) !== undefined) return;
      const response = await fetch(new URL(path, scope), { cache: path.startsWith("assets/") ? "default" : "no-cache" });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await keep(path, response);
    }),
  );
}

/** Drops what belongs to builds before this one. */
async function begin() {
  const cache = await caches.open(CACHE);
  const own = new Set(Object.keys(FILES).map(keyOf));
  const old = (await cache.keys()).filter(({ url }) => !own.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
  await clients.claim();
}

async function fromCache(request, path) {
  const own = await kept(path);
  if (own !== undefined) return own;
  const response = await fetch(request);
  if (response.ok) await keep(path, response.clone());
  return response;
}

async function fromNetwork(request, path) {
  try {
    const response = await fetch(request);
    const own = await kept(path);
    if (!response.ok) return own ?? response;
    // The page of a newer build would ask for files that this one has not kept.
    if (own === undefined && path !== PAGE) await keep(path, response.clone());
    return response;
  } catch (error) {
    const own = await kept(path);
    if (own === undefined) throw error;
    return own;
  }
}

/** Where a file is kept: under its hash, so that one that stays the same is not fetched again by the next build. */
function keyOf(path) {
  return new URL(`${path}?${FILES[path].hash}`, scope).href;
}

async function kept(path) {
  const cache = await caches.open(CACHE);
  return cache.match(keyOf(path));
}

async function keep(path, response) {
  const cache = await caches.open(CACHE);
  await cache.put(keyOf(path), response);
}
