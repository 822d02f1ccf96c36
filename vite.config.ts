import { defineConfig } from 'vite'

/** Builds the style sheet and the islands; the server itself runs unbuilt. */
export default defineConfig({
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir: 'dist/assets',
    assetsDir: '',
    emptyOutDir: true,
    manifest: 'manifest.json',
    modulePreload: false,
    rollupOptions: { input: ['src/ui/assets/main.scss', 'src/ui/assets/islands/main.ts'] },
  },
})
