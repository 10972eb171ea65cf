import { bad, type Done, good, type Scene } from './command.ts';
import { operandsOf } from './options.ts';

/** Lines written to a file by printf and tee; with or without sudo. */
const writes = /^file=\$1; shift; printf "%s\\n" "\$@" \| (sudo -n )?tee -- "\$file"$/;

/** What `sh -c` makes of the script that writes a drop-in; undefined for any other. */
export const runDropInScript = (
  [, script = '', , path = '', ...lines]: readonly string[],
  scene: Scene,
): Done | undefined => {
  const found = writes.exec(script);
  if (found === null) return undefined;
  const text = lines.map((line) => `${line}\n`).join('');
  if (found[1] === undefined && !scene.isRoot)
    return { ...bad(1, `tee: ${path}: Permission denied`), out: text };
  scene.machine.site.disk.put(path, { is: 'file', text }, scene.now);
  return good(text);
};

/** systemd-run(1): `--on-active=SECONDS --unit=NAME sh -c … sh FILE UNIT`: takes the file away, and starts the unit anew. */
export const systemdRun = (args: readonly string[], { machine, now, isRoot }: Scene): Done => {
  if (!isRoot) return bad(1, 'Failed to start transient timer unit: Interactive authentication required.');
  const seconds = Number(
    /^--on-active=(\d+)$/.exec(args.find((arg) => arg.startsWith('--on-active=')) ?? '')?.[1],
  );
  const name = args.find((arg) => arg.startsWith('--unit='))?.slice('--unit='.length) ?? '';
  const [file = ''] = operandsOf(args).slice(-2);
  if (!(seconds > 0)) return bad(1, 'Failed to parse timer value');
  machine.site.env.after({
    name,
    at: now + seconds * 1000,
    run: (at) => {
      machine.site.disk.remove(file);
      machine.site.reload();
      machine.stop(at);
      machine.start(at, true);
    },
  });
  return good('');
};
