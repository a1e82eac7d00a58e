import type { Plugin } from 'rolldown';

/** A module that TypeScript's compiler made CommonJS requires under names that end in a number, which nothing else there does. */
const requirement = /^(?:const|var) (\w+_\d+) = (.*\brequire\("[^"]+"\).*);$/gm;

/**
 * Has oclif's modules require each other, and Node's, when they first use them and not when they are loaded. A command uses few
 * of them: the rest, which finds plugins, renders help and asks on terminals, takes most of Node's own start to run.
 */
export const lazyRequires: Plugin = {
  name: 'lazy-requires',
  transform: {
    filter: { id: /[/\\]@oclif[/\\]core[/\\]lib[/\\].*\.js$/ },
    handler: (code) => ({ code: withLazyRequires(code), map: null }),
  },
};

/** The code of a module that TypeScript's compiler made CommonJS, with each module that it requires behind a function. */
export function withLazyRequires(code: string): string {
  const names = Array.from(code.matchAll(requirement), ([, name = '']) => name);
  // Hoisted, as modules that require each other need it.
  const lazy = code.replace(
    requirement,
    (_all, name: string, value: string) =>
      `var kept${name}; function load${name}() { return kept${name} ??= ${value}; }`,
  );
  return names.reduce((all, name) => all.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `(load${name}())`), lazy);
}
