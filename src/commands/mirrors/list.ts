import { BaseCommand } from '../../cli/base-command.ts';
import { colorFlag } from '../../cli/color-flag.ts';
import { storedMirrors, type StoredMirror } from '../../cli/mirrors/stored-mirrors.ts';
import { openDataDirectory } from '../../cli/open-data-directory.ts';
import { humanAge } from '../../core/human-duration.ts';
import { instantText } from '../../core/instant-text.ts';
import { sizeText } from '../../core/size-text.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { naviTable, tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { jsonFlag } from '../../cli/json-flag.ts';

/** Every mirror in the data directory. */
export class MirrorsListCommand extends BaseCommand {
  static override summary = 'List the mirrors on this machine.';

  static override description =
    'With the name that the context had when it was last synced, objects, size of all files, and the time of the last contact. No kubeconfig is read.';

  static override examples = ['<%= config.bin %> mirrors list', '<%= config.bin %> mirrors list -o json'];

  static override flags = {
    color: colorFlag,
    output: jsonFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(MirrorsListCommand);
    const mirrors = storedMirrors(openDataDirectory(process.env));
    if (flags.output === 'json') {
      this.write(terminalJson(`${JSON.stringify({ mirrors: mirrors.map(mirrorJson) }, null, 2)}\n`));
      return;
    }
    if (mirrors.length === 0) {
      this.notice('nothing is mirrored on this machine');
      return;
    }
    const nowMs = Date.now();
    const headers = ['CONTEXT', 'SERVER', 'USER', 'OBJECTS', 'SIZE', 'CONTACT', 'ID'];
    const rows = mirrors.map((mirror) => mirrorRow(mirror, nowMs));
    this.write(naviTable(headers, rows, tableStyle(stdoutTerminal(), process.env, flags.color)));
  }
}

function mirrorRow({ id, sizeBytes, facts }: StoredMirror, nowMs: number): readonly string[] {
  if (facts instanceof NaviError) return ['', oneLine(facts.message), '', '', sizeText(sizeBytes), '', id];
  const { context, server, principal, objectCount, confirmedAtMs } = facts;
  const contact = confirmedAtMs === null ? 'never' : `${humanAge(confirmedAtMs, nowMs)} ago`;
  const texts = [context, server, principal ?? ''].map(oneLine);
  return [...texts, String(objectCount), sizeText(sizeBytes), contact, id];
}

function mirrorJson({ id, directory, sizeBytes, facts }: StoredMirror): object {
  if (facts instanceof NaviError) return { id, directory, sizeBytes, error: facts.message };
  const { confirmedAtMs, ...others } = facts;
  return { id, directory, sizeBytes, ...others, confirmedAt: instantText(confirmedAtMs) };
}
