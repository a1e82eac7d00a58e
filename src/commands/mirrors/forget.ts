import * as Flags from '@oclif/core/flags';
import { requiredArgument } from '../../cli/argument.ts';
import { askYes } from '../../cli/ask-yes.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { summaryOf } from '../../cli/chosen-contexts.ts';
import { forgetMirrors, namedMirrors } from '../../cli/mirrors/forget-mirrors.ts';
import { storedMirrors, type StoredMirror } from '../../cli/mirrors/stored-mirrors.ts';
import { openDataDirectory } from '../../cli/open-data-directory.ts';
import { sizeText } from '../../core/size-text.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';

/** Deletes mirrors. */
export class MirrorsForgetCommand extends BaseCommand {
  static override summary = 'Delete mirrors with their history and logs.';

  static override description =
    'All that are named, or none. Asks before, unless --yes. A mirror that a running daemon keeps is not deleted. Saved filters stay: they are of no cluster.';

  static override usage = ['mirrors forget CONTEXT… [--yes]'];

  static override examples = [
    '<%= config.bin %> mirrors forget old-cluster',
    '<%= config.bin %> mirrors forget staging test --yes',
  ];

  static override strict = false;

  static override args = { context: requiredArgument({ description: 'names of contexts, or ids of mirrors' }) };

  static override flags = {
    kubeconfig: Flags.string({ description: 'kubeconfig file that says which contexts are meant', helpValue: 'FILE' }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
  };

  override async run(): Promise<void> {
    const { flags, argv } = await this.parse(MirrorsForgetCommand);
    const dataDir = openDataDirectory(process.env);
    const mirrors = namedMirrors(argv.map(String), storedMirrors(dataDir), await contextIds(flags.kubeconfig));
    const bytes = mirrors.reduce((sum, mirror) => sum + mirror.sizeBytes, 0);
    const what = `${mirrors.map(nameOf).join(', ')} (${sizeText(bytes)})`;
    await askYes({ text: `Delete the mirror of ${what} with its history?`, isAnswered: flags.yes });
    await forgetMirrors(dataDir, mirrors);
    this.notice(`deleted the mirror of ${what}`);
  }
}

const nameOf = ({ id, facts }: StoredMirror): string =>
  oneLine(facts instanceof NaviError || facts.context === '' ? id : facts.context);

/** Without a kubeconfig that can be read the mirrors' own names are all there are. */
async function contextIds(kubeconfig: string | undefined): Promise<ReadonlyMap<string, string>> {
  try {
    const { summary } = await summaryOf(kubeconfig);
    return new Map(summary.contexts.map(({ name, mirrorId }) => [name, mirrorId]));
  } catch (error) {
    if (error instanceof NaviError && kubeconfig === undefined) return new Map();
    throw error;
  }
}
