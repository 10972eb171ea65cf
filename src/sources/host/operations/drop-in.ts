import { unitName } from '../parse/units.ts';

type Argv = readonly string[];

/** Puts `sudo -n` before what needs it. */
export type Privileged = (argv: Argv) => Argv;

/** What is set for a unit, and for how long. */
export interface Setting {
  readonly unit: string;
  readonly env: Readonly<Record<string, string>>;
  readonly seconds: number;
  /** Tells its timer from others. */
  readonly stamp: string;
}

/** Below /run, so that it does not outlive the machine's next start; systemd.unit(5). */
const dirOf = (unit: string): string => `/run/systemd/system/${unitName(unit)}.service.d`;
export const dropInFile = (unit: string): string => `${dirOf(unit)}/opsdeck-env.conf`;

/** Its lines are arguments of printf(1), and `tee` alone has to be root. */
const writing = (as: string): string =>
  `file=$1; shift; printf "%s\\n" "$@" | ${[as, 'tee'].filter((word) => word !== '').join(' ')} -- "$file"`;

/** What a transient timer does when its time has come; systemd-run(1). */
const ending = 'rm -f -- "$1" && systemctl daemon-reload && systemctl restart -- "$2"';

const linesOf = ({ env }: Setting): Argv => [
  '[Service]',
  ...Object.entries(env).map(([name, value]) => `Environment="${name}=${value}"`),
];

const timersOf = (unit: string): string => `opsdeck-env-${unitName(unit)}`;

/** A drop-in with variables, and the unit started with it. The timer that takes it away comes first: nothing is left behind. */
export const setting = (wanted: Setting, privileged: Privileged): readonly Argv[] => {
  const { unit, seconds, stamp } = wanted;
  const file = dropInFile(unit);
  const timer = ['systemd-run', '--quiet', `--on-active=${seconds}`, `--unit=${timersOf(unit)}-${stamp}`];
  const as = privileged([]).join(' ');
  return [
    privileged([...timer, 'sh', '-c', ending, 'sh', file, unit]),
    privileged(['mkdir', '-p', '--', dirOf(unit)]),
    ['sh', '-c', writing(as), 'sh', file, ...linesOf(wanted)],
    privileged(['systemctl', 'daemon-reload']),
    privileged(['systemctl', 'restart', unit]),
  ];
};

/** The drop-in taken away with its timer, and the unit started without it. */
export const unsetting = (unit: string, privileged: Privileged): readonly Argv[] => [
  privileged(['systemctl', 'stop', `${timersOf(unit)}-*.timer`]),
  privileged(['rm', '-f', '--', dropInFile(unit)]),
  privileged(['systemctl', 'daemon-reload']),
  privileged(['systemctl', 'restart', unit]),
];
