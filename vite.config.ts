import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const outDir = 'dist/assets'

/** Builds the style sheet and the islands; the server itself runs unbuilt. */
export default defineConfig({
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir,
    assetsDir: '',
    emptyOutDir: true,
    manifest: 'manifest.json',
    modulePreload: false,
    // Phones of about 2018: the oldest that a resident may be expected to hold.
    target: ['chrome67', 'safari12', 'firefox68'],
    cssTarget: ['chrome67', 'safari12', 'firefox68'],
    rolldownOptions: {
      input: ['src/ui/assets/main.scss', 'src/ui/assets/islands/main.ts'],
      // On a busy machine it would tell that Sass took some seconds.
      checks: { pluginTimings: false },
    },
  },
  plugins: [icon(), precompress()],
})

/** Adds the icon of the product, which no style sheet and no script names. */
function icon(): Plugin {
  const path = 'src/ui/assets/icon.svg'
  return {
    name: 'icon',
    buildStart() {
      this.emitFile({ type: 'asset', name: 'icon.svg', originalFileName: path, source: readFileSync(path) })
    },
  }
}

/** Writes each asset compressed beside it, so that the server compresses none of them while it runs. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    closeBundle() {
      for (const name of readdirSync(outDir)) {
        if (!/\.(?:css|js|svg)$/.test(name)) continue
        const content = readFileSync(join(outDir, name))
        writeFileSync(join(outDir, `${name}.br`), brotliCompressSync(content))
        writeFileSync(join(outDir, `${name}.gz`), gzipSync(content, { level: 9 }))
      }
    },
  }
}
