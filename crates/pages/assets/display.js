// A screen: one slot after the other, fresh every some seconds, and no blank page when the network is gone.
(() => {
  'use strict';
  const doc = document;
  // How long a slot is shown, how often the page is fetched, and after how long without an answer it says so, in ms.
  const [SHOWN, FETCHED, LOST] = [10_000, 10_000, 30_000];
  const main = () => doc.getElementById('main');
  let at = 0;
  let heard = doc.documentElement.hasAttribute('data-away') ? 0 : Date.now();

  function show() {
    const ones = [...doc.querySelectorAll('.one')];
    at %= Math.max(1, ones.length);
    const dots = [...doc.querySelectorAll('.dots li')];
    ones.forEach((one, i) => { one.hidden = i !== at; });
    dots.forEach((dot, i) => { dot.className = i === at ? 'on' : ''; });
    doc.documentElement.classList.toggle('alone', ones.length < 2);
  }
  function lost() { doc.documentElement.classList.toggle('offline', Date.now() - heard > LOST); }
  async function refetch() {
    try {
      const reply = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(FETCHED) });
      const next = new DOMParser().parseFromString(await reply.text(), 'text/html');
      const fresh = next.getElementById('main');
      // What the device kept is not news.
      if (reply.ok && fresh && !next.documentElement.hasAttribute('data-away')) {
        heard = Date.now();
        main().replaceWith(doc.adoptNode(fresh));
        show();
      }
    } catch { /* The network comes back; what is shown stays. */ }
    lost();
    setTimeout(refetch, FETCHED);
  }
  doc.documentElement.classList.add('live');
  show();
  lost();
  setInterval(() => { at += 1; show(); lost(); }, SHOWN);
  setTimeout(refetch, FETCHED);
  navigator.serviceWorker?.register(main().dataset.keep, { scope: location.pathname }).catch(() => {});
  navigator.wakeLock?.request('screen').catch(() => {});
})();
