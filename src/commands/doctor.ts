import { resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colorFlag } from '../cli/color-flag.ts';
import { doctorExitCode, doctorText, findings, fixAll } from '../cli/doctor/run-doctor.ts';
import { terminalJson } from '../core/terminal-text.ts';
import { tableStyle } from '../output/navi-table.ts';
import { stdoutTerminal } from '../output/terminal-stream.ts';
import { jsonFlag } from '../cli/json-flag.ts';
import { tellFile } from '../cli/tell-file.ts';

/** Looks for what is wrong with navi on this machine. */
export class DoctorCommand extends BaseCommand {
  static override summary = 'Find out what is wrong, and what to type.';

  static override description =
    'Looks at the program, the data directory and its disk, the stores, kubeconfig and settings, the daemon, what it has of the settings and its service, receivers of alerts, and each mirrored context: reach, login, rights, clock. Exit 0 without a fault, else the code of the worst: 2 settings, 4 refused, 5 daemon, 6 data, 7 store. It changes nothing, unless --fix says so.';

  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --fix',
    '<%= config.bin %> doctor --bundle report.tar.gz',
    '<%= config.bin %> doctor -o json',
  ];

  static override flags = {
    color: colorFlag,
    fix: Flags.boolean({ description: 'mend what can be mended without harm: modes of navi’s files, a dead socket' }),
    bundle: Flags.string({
      description: 'write what a bug report needs to an archive, without secrets, and tell what is in it',
      helpValue: 'FILE',
    }),
    output: jsonFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(DoctorCommand);
    let found = await findings(process.env);
    if (flags.fix) {
      for (const line of fixAll(found)) this.notice(line);
      found = await findings(process.env);
    }
    if (flags.output === 'json') {
      const told = found.map(({ exitCode: _exitCode, fix, ...finding }) => ({
        ...finding,
        isFixable: fix !== undefined,
      }));
      this.write(terminalJson(`${JSON.stringify({ findings: told }, null, 2)}\n`));
    } else this.write(doctorText(found, tableStyle(stdoutTerminal(), process.env, flags.color)));
    if (flags.bundle !== undefined) {
      const { writeBundle } = await import('../cli/doctor/write-bundle.ts');
      const file = resolve(flags.bundle);
      for (const line of await writeBundle(file, found, process.env)) this.notice(line);
      await tellFile((text) => this.notice(text), 'written to', file);
      this.notice('look through it before you send it: it names servers, contexts and users');
    }
    process.exitCode = doctorExitCode(found);
  }
}
