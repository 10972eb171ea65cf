import { checkHealth, checkHealthPath } from '../../inside/check-health.ts';
import { fileTool, type Told } from '../../inside/tools.ts';
import type { Done, Scene } from './command.ts';
import { machineFiles } from './machine-files.ts';
import { statOfDisk } from './trees.ts';

const done = ({ out = '', err = '', code }: Told): Done => ({ status: code, out, err });

/** A small tool that looks at the machine's log files, or the check of its service; undefined for what is none of them. */
export const toolOf = (argv: readonly string[], scene: Scene): Done | undefined => {
  const { machine, now } = scene;
  const [name = ''] = argv;
  if (name === 'check-health' || name === checkHealthPath) return done(checkHealth(machine.instance, now));
  if (name === 'find' || name === 'sha256sum' || (name === 'head' && !argv.includes('-c'))) return undefined;
  const onDisk = name === 'stat' ? statOfDisk(argv.slice(1), scene) : undefined;
  if (onDisk !== undefined) return onDisk;
  const told = fileTool(argv, machineFiles(scene));
  return told && done(told);
};
