import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// chainrule needs nothing here.
export default defineConfig({ plugins: [react()] });
