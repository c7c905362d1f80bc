import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/**
 * `bun dev` (bin/dev.ts) hands the port and the proxy to `createServer` itself, so nothing is read from the environment
 * here and the build is the same wherever it runs.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), preloadFont('inter-latin-wght-normal')],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    // Inlined assets would be `data:` URLs, which the Content-Security-Policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // One document, one script, one style before the first message: all that is needed at the start is one chunk,
        // which Rolldown would otherwise cut wherever a lazy one shares a module with it.
        codeSplitting: { groups: [{ name: 'app', test: /./, tags: ['$initial'] }] },
      },
    },
    chunkSizeWarningLimit: 600,
  },
})

/** The text font is known before the style sheet is: asking for it at once keeps the swap out of sight. */
function preloadFont(name: string): Plugin {
  return {
    name: 'confab:preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const file = Object.keys(bundle ?? {}).find((path) => path.includes(name) && path.endsWith('.woff2'))
        if (file === undefined) return []
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: true }
        return [{ tag: 'link', attrs, injectTo: 'head' }]
      },
    },
  }
}
