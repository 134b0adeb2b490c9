import { common, createLowlight } from 'lowlight';

/** A chunk of its own, fetched with the first block of code. */
const lowlight = createLowlight(common);
lowlight.registerAlias({ bash: ['console', 'shell-session'], ini: ['env'], json: ['jsonc', 'json5'] });

export type Highlighted = ReturnType<typeof lowlight.highlight>;

export function highlight(code: string, language: string): Highlighted | undefined {
  return lowlight.registered(language) ? lowlight.highlight(language, code) : undefined;
}
