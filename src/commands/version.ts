import { BaseCommand } from '../cli/base-command.ts';
import { historySchema, mirrorSchema, userSchema, versionOf } from '../store/migrator.ts';
import { sqliteVersion } from '../store/open-handle.ts';
import { buildInfo } from '../util/build-info.ts';
import { jsonFlag } from '../cli/json-flag.ts';

/** What navi this is. */
export class VersionCommand extends BaseCommand {
  static override summary = 'Print the version of navi and of its stores.';

  static override description =
    'The commit that it was built from, Node and SQLite that it runs on, and the schemas that it reads and writes. A store of an older schema is migrated by navi sync; one of a newer schema needs a newer navi.';

  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version -o json'];

  static override flags = {
    output: jsonFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(VersionCommand);
    const { version, commit } = buildInfo;
    const platform = `${process.platform}-${process.arch}`;
    const mirrorSchemaVersion = versionOf(mirrorSchema);
    const historySchemaVersion = versionOf(historySchema);
    const userSchemaVersion = versionOf(userSchema);
    const { node } = process.versions;
    const sqlite = sqliteVersion();
    if (flags.output === 'json') {
      const schemas = { mirrorSchemaVersion, historySchemaVersion, userSchemaVersion };
      const all = { version, commit: commit === '' ? null : commit, node, sqlite, platform, ...schemas };
      this.write(`${JSON.stringify(all, null, 2)}\n`);
      return;
    }
    this.write(
      [
        `navi ${version}${commit === '' ? '' : ` (${commit})`}`,
        `Node ${node}, SQLite ${sqlite}, ${platform}`,
        `schemas: mirror.db ${mirrorSchemaVersion}, history.db ${historySchemaVersion}, user.db ${userSchemaVersion}`,
        '',
      ].join('\n'),
    );
  }
}
