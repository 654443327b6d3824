/**
 * Keeps the page for a time without a network: registers the service worker that a build has written (explorer/offline). To be called when
 * the page stands, since that fetches all of its files. `chainrule explore` serves a page without one: another model, or another version,
 * may stand at the same address the next time.
 */
export function keepOffline(): void {
  const mark = document.querySelector<HTMLMetaElement>('meta[name="chainrule-offline"]');
  if (mark === null || !("serviceWorker" in navigator)) return;
  // Some browsers allow none, as in private windows: the page then needs its network, and says nothing.
  navigator.serviceWorker.register(mark.content).catch(() => undefined);
}
