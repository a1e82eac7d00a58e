import { listSettings } from './list-settings.ts';
import type { Shape } from './setting.ts';

/** A file with every setting as a comment, its default behind it: nothing in it is set. */
export function configTemplate(keys: Shape): string {
  const tables = listSettings(keys).map(({ header, says, settings }) => {
    const head = header === '' ? [] : [`# ${says}`, `# ${header}`];
    const lines = settings.flatMap(({ path, says: does, wanted, default: given }) => [
      `# ${does} ${wanted.charAt(0).toUpperCase()}${wanted.slice(1)}.`,
      `# ${path.at(-1) ?? ''} = ${given ?? '…'}`,
    ]);
    return [...head, ...lines].join('\n');
  });
  return `${tables.join('\n\n')}\n`;
}
