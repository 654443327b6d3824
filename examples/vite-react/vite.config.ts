import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// chainrule needs nothing here. React and all of a trainer are some 520 kB before compression, at which Vite would remark.
export default defineConfig({ plugins: [react()], build: { chunkSizeWarningLimit: 700 } });
