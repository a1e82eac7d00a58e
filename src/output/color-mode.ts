/** When to colour, as the flag `--color` says. */
export const colorModes = ['auto', 'always', 'never'] as const;

/** One of `colorModes`. */
export type ColorMode = (typeof colorModes)[number];

/** Whether to colour: only on a terminal, unless `mode`, else FORCE_COLOR, else NO_COLOR says otherwise. */
export function isColored(isTerminal: boolean, env: NodeJS.ProcessEnv, mode: ColorMode): boolean {
  if (mode !== 'auto') return mode === 'always';
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  const plain = env['NO_COLOR'];
  return isTerminal && (plain === undefined || plain === '') && env['TERM'] !== 'dumb';
}
