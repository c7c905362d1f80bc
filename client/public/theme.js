// Blocking and tiny on purpose: the theme is set before the first paint, and a strict CSP allows no inline script.
;(() => {
  let wish = null
  try {
    wish = localStorage.getItem('confab.theme')
  } catch {
    // Storage may be switched off; the system's theme is a good answer then.
  }
  const dark = wish === 'dark' || (wish !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  document.querySelector('meta[name=theme-color]').content = dark ? '#161a1a' : '#fdfcfa'
})()
