import { argument } from './argument.ts';
import { BaseCommand } from './base-command.ts';
import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';

/** A command that only stands before others, such as `navi filter`: alone it prints its help, with another word it says what there is. */
export abstract class TopicCommand extends BaseCommand {
  static override args = { command: argument({ description: 'one of the commands below' }) };

  override async run(): Promise<void> {
    this.parsed = true;
    const topic = this.id ?? '';
    const [typed] = this.argv;
    if (typed === undefined) {
      const { Help } = await import('@oclif/core/help');
      return await new Help(this.config).showHelp([topic]);
    }
    const begin = `${topic}:`;
    const commands = this.config.commandIDs.flatMap((id) => (id.startsWith(begin) ? [id.slice(begin.length)] : []));
    const meant = nearestWord(typed, commands);
    throw new NaviError('NAVI_USAGE', `"${typed}" is no command of navi ${topic}`, {
      hints: [...didYouMean(meant && `navi ${topic} ${meant}`), `commands: ${commands.toSorted().join(', ')}`],
    });
  }
}
