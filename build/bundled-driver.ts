import type { Plugin } from 'rolldown';

/**
 * Has the SQLite driver's JavaScript be part of the bundle: its twelve files take as long to find and read as all of navi's. Its
 * native part stays where it is installed, which is where this looks for it.
 */
export const bundledDriver: Plugin = {
  name: 'bundled-driver',
  transform: {
    filter: { id: /[/\\]better-sqlite3[/\\]lib[/\\]binding\.js$/ },
    handler: (code) => ({ code: fromInstalled(code), map: null }),
  },
};

/** @throws Error where the driver no longer finds its native part by its own folder */
function fromInstalled(code: string): string {
  if (!code.includes('__dirname')) throw new Error('better-sqlite3 finds its native part in another way');
  const folder = `const folder = (() => {
    const beside = path.join(__dirname, '../../node_modules/better-sqlite3/lib');
    return fs.existsSync(beside) ? beside : path.dirname(require.resolve('better-sqlite3'));
  })();`;
  return `${code.replaceAll('__dirname', 'folder')}\n${folder}`;
}
