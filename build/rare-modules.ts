import type { Plugin } from 'rolldown';

/** The packages that oclif alone brings, without those that a table needs to know how wide a text is. */
const broughtByOclif =
  /[/\\]node_modules[/\\](?:@oclif[/\\]core|ansi-escapes|ansis|balanced-match|brace-expansion|clean-stack|cli-spinners|ejs|escape-string-regexp|fdir|get-package-type|has-flag|indent-string|lilconfig|minimatch|picomatch|semver|tinyglobby|typescript|widest-line|wordwrap|wrap-ansi)[/\\]/;

/** What of oclif each command runs: a command, its flags and arguments, and what reads them. */
const startedOfOclif =
  /[/\\]@oclif[/\\]core[/\\](?:package\.json|lib[/\\](?:args|cache|command|flags|logger|config[/\\](?:config|index|util)|errors[/\\]index|help[/\\]util|parser[/\\](?:index|parse|validate)|util[/\\](?:aggregate-flags|util))\.js)$/;

/** Packages that draw tables that are wider than their terminal. */
const drawing = /[/\\]node_modules[/\\](?:cli-table3|@colors[/\\]colors)[/\\]/;

/** True for a module that few commands run, though all could: of what finds plugins, renders help and asks on terminals. */
export function isRare(id: string): boolean {
  return drawing.test(id) || (broughtByOclif.test(id) && !startedOfOclif.test(id));
}

/** Has a chunk load the one of the rare modules when it first uses one of them, and not when it is loaded itself. */
export const rareModules: Plugin = {
  name: 'rare-modules',
  renderChunk: (code) => {
    const late = withRareLate(code);
    return late === undefined ? null : { code: late, map: null };
  },
};

/** The code of a chunk with what it requires of the rare modules behind a function; undefined where it requires nothing of them. */
export function withRareLate(code: string): string | undefined {
  const [all, name = '', value] = /^const (require_rare\w*) = (require\("[^"]*\brare-[^"]*"\));$/m.exec(code) ?? [];
  if (all === undefined) return undefined;
  const late = `var keptRare; function loadRare() { return keptRare ??= ${value}; }`;
  return code.replace(all, late).replaceAll(new RegExp(`\\b${name}\\b`, 'g'), '(loadRare())');
}
