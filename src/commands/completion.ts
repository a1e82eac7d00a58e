import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requiredArgument } from '../cli/argument.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';

/** Files of the folder `completion` by the shell that reads them. */
const scripts: Readonly<Record<string, string>> = {
  bash: 'navi.bash',
  zsh: '_navi',
  fish: 'navi.fish',
  powershell: 'navi.ps1',
};

/** What makes a shell complete command lines of navi. */
export class CompletionCommand extends BaseCommand {
  static override summary = 'Print the script that has a shell complete navi.';

  static override description = `Commands, flags, and what the mirrors have: types, names, namespaces, labels, columns, contexts, saved filters. No cluster is asked.

bash: source <(navi completion bash) in ~/.bashrc. zsh: navi completion zsh > "\${fpath[1]}/_navi", before compinit runs. fish: navi completion fish > ~/.config/fish/completions/navi.fish. PowerShell: navi completion powershell | Out-String | Invoke-Expression in $PROFILE.

kubectl navi is completed by kubectl's own completion, which finds the program kubectl_complete-navi beside navi.`;

  static override usage = ['completion bash|zsh|fish|powershell'];

  static override examples = [
    '<%= config.bin %> completion bash > navi.bash',
    '<%= config.bin %> completion zsh > _navi',
    '<%= config.bin %> completion fish > navi.fish',
  ];

  static override args = { shell: requiredArgument({ description: 'bash, zsh, fish or powershell' }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(CompletionCommand);
    const shells = Object.keys(scripts);
    const script = Object.hasOwn(scripts, args.shell) ? scripts[args.shell] : undefined;
    if (script === undefined) {
      throw new NaviError('NAVI_USAGE', `"${args.shell}" is no shell that navi completes`, {
        hints: [...didYouMean(nearestWord(args.shell, shells)), `shells: ${shells.join(', ')}`],
      });
    }
    this.write(readFileSync(join(import.meta.dirname, '../../completion', script), 'utf8'));
  }
}
