import { checkHealth, checkHealthPath } from '../../inside/check-health.ts';
import { textFile } from '../../inside/log-files.ts';
import { fileTool, type Told } from '../../inside/tools.ts';
import type { Done, Scene } from './command.ts';
import { fileLine } from './files.ts';

const done = ({ out = '', err = '', code }: Told): Done => ({
  status: code,
  out: typeof out === 'string' ? out : Buffer.from(out).toString('utf8'),
  err,
});

/** A small tool that looks at the machine's log, or the check of its service; undefined for what is none of them. */
export const toolOf = (argv: readonly string[], scene: Scene): Done | undefined => {
  const { machine, now, toClock } = scene;
  const [name = ''] = argv;
  if (name === 'check-health' || name === checkHealthPath) return done(checkHealth(machine.instance, now));
  if (name === 'find' || (name === 'head' && !argv.includes('-c'))) return undefined;
  const { lines } = machine.log;
  const text = lines.map((line) => fileLine(line, scene)).join('');
  const log = textFile(machine.spec.log, text, lines.at(-1)?.at ?? now);
  const told = fileTool(argv, { files: [log], toClock });
  return told && done(told);
};
