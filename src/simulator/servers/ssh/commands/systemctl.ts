import type { SystemdUnit } from '../../../model/hosts/systemd-unit.ts';
import {
  type CommandOutput,
  commandFailed,
  commandOk,
  type HostCommand,
  operandsOf,
  type ShellCommandContext,
} from './host-command.ts';

/** Text that printf and tee write to a file, with or without sudo. */
const writes = /^file=\$1; shift; printf "%s\\n" "\$@" \| (sudo -n )?tee -- "\$file"$/;

/** Runs the script that writes a drop-in; undefined for other scripts. */
export const runDropInScript = (
  [, script = '', , path = '', ...lines]: readonly string[],
  scene: ShellCommandContext,
): CommandOutput | undefined => {
  const match = writes.exec(script);
  if (match === null) return undefined;
  const text = lines.map((line) => `${line}\n`).join('');
  if (match[1] === undefined && !scene.isRoot)
    return { ...commandFailed(1, `tee: ${path}: Permission denied`), out: text };
  scene.machine.site.disk.put(path, { is: 'file', text }, scene.now);
  return commandOk(text);
};

/** systemd-run(1): `--on-active=SECONDS --unit=NAME sh -c … sh FILE UNIT`: removes the file and restarts the unit. */
export const systemdRun = (
  args: readonly string[],
  { machine, now, isRoot }: ShellCommandContext,
): CommandOutput => {
  if (!isRoot)
    return commandFailed(1, 'Failed to start transient timer unit: Interactive authentication required.');
  const seconds = Number(
    /^--on-active=(\d+)$/.exec(args.find((arg) => arg.startsWith('--on-active=')) ?? '')?.[1],
  );
  const name = args.find((arg) => arg.startsWith('--unit='))?.slice('--unit='.length) ?? '';
  const [file = ''] = operandsOf(args).slice(-2);
  if (!(seconds > 0)) return commandFailed(1, 'Failed to parse timer value');
  machine.site.env.after({
    name,
    at: now + seconds * 1000,
    run: (time) => {
      machine.site.disk.remove(file);
      machine.site.reload();
      machine.stop(time);
      machine.start(time, true);
    },
  });
  return commandOk('');
};

/** systemd's time format, in UTC: 'Wed 2026-03-04 10:15:07 UTC'. */
const moment = (time: number | undefined): string => {
  if (time === undefined) return '';
  const iso = new Date(time).toISOString();
  return `${new Date(time).toUTCString().slice(0, 3)} ${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
};

const signalNumbers = { TERM: 15, KILL: 9 } as const;

/** systemd's format: values with blanks are quoted. */
const environmentOf = ({ machine }: ShellCommandContext): string =>
  Object.entries(machine.site.env.variables)
    .map(([name, value]) => (/\s/.test(value) ? `"${name}=${value}"` : `${name}=${value}`))
    .join(' ');

const propertiesOf = (unit: SystemdUnit, scene: ShellCommandContext): Readonly<Record<string, string>> => {
  const { machine, toClock } = scene;
  const { lastEnd, mainPid, startedAt } = unit;
  const rss = mainPid === undefined ? undefined : machine.processes.find(mainPid)?.rssBytes;
  const since = moment(startedAt === undefined ? undefined : toClock(startedAt));
  return {
    Id: `${unit.name}.service`,
    Names: `${unit.name}.service`,
    TriggeredBy: '',
    UnitFileState: 'enabled',
    LoadState: 'loaded',
    ActiveState: unit.state,
    SubState: unit.subState,
    Result: unit.result,
    MainPID: String(mainPid ?? 0),
    NRestarts: String(unit.restarts),
    ExecMainStartTimestamp: since,
    ExecMainCode: lastEnd === undefined ? '0' : lastEnd.signal === undefined ? '1' : '2',
    ExecMainStatus: String(
      lastEnd?.signal === undefined ? (lastEnd?.status ?? 0) : signalNumbers[lastEnd.signal],
    ),
    ActiveEnterTimestamp: since,
    InvocationID: unit.invocation,
    MemoryCurrent: rss === undefined ? '[not set]' : String(rss),
    Environment: environmentOf(scene),
    ExecStart: `{ path=${machine.site.program} ; argv[]=${machine.site.program} ${machine.spec.arguments} ; ignore_errors=no }`,
  };
};

const unknownUnit = (name: string): Readonly<Record<string, string>> => ({
  Id: name,
  LoadState: 'not-found',
  ActiveState: 'inactive',
  SubState: 'dead',
  Result: 'success',
  MainPID: '0',
  NRestarts: '0',
  ExecMainStartTimestamp: '',
  ExecMainCode: '0',
  ExecMainStatus: '0',
  ActiveEnterTimestamp: '',
  InvocationID: '',
  MemoryCurrent: '[not set]',
});

const full = (name: string): string => (/\.\w+$/.test(name) ? name : `${name}.service`);

const unitOf = (name: string, { machine }: ShellCommandContext): SystemdUnit | undefined =>
  full(name) === `${machine.unit.name}.service` ? machine.unit : undefined;

const show = (
  names: readonly string[],
  properties: readonly string[],
  scene: ShellCommandContext,
): CommandOutput => {
  const blocks = names.map((name) => {
    const unit = unitOf(name, scene);
    const of = unit === undefined ? unknownUnit(full(name)) : propertiesOf(unit, scene);
    return properties.flatMap((key) => (of[key] === undefined ? [] : [`${key}=${of[key]}\n`])).join('');
  });
  return commandOk(blocks.join('\n'));
};

const status = (name: string, scene: ShellCommandContext): CommandOutput => {
  const unit = unitOf(name, scene);
  if (unit === undefined) return commandFailed(4, `Unit ${full(name)} could not be found.`);
  const of = propertiesOf(unit, scene);
  const lines = scene.machine.journal.lines.slice(-10).map(({ text }) => text);
  const words = [
    `${unit.state === 'failed' ? '×' : '●'} ${of.Id} - ${unit.name}`,
    `     Loaded: loaded (/etc/systemd/system/${of.Id}; enabled; preset: enabled)`,
    `     Active: ${of.ActiveState} (${of.SubState})${unit.result === 'success' ? '' : ` (Result: ${unit.result})`} since ${of.ActiveEnterTimestamp}`,
    ...(unit.mainPid === undefined ? [] : [`   Main PID: ${unit.mainPid}`]),
    '',
    ...lines,
  ];
  return { ...commandOk(`${words.join('\n')}\n`), status: unit.state === 'active' ? 0 : 3 };
};

/** Path of the unit file. */
const cat = (name: string, scene: ShellCommandContext): CommandOutput => {
  const unit = unitOf(name, scene);
  if (unit === undefined) return commandFailed(1, `No files found for ${full(name)}.`);
  const file = [
    `# /etc/systemd/system/${unit.name}.service`,
    '[Unit]',
    `Description=${unit.name}`,
    '',
    '[Service]',
    `ExecStart=${scene.machine.site.program} ${scene.machine.spec.arguments}`,
    'Environment=DB_PASSWORD=not-shown-to-anybody',
    'Restart=on-failure',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return commandOk(`${file.join('\n')}\n`);
};

/** Name prefix of opsdeck's timers in a pattern. */
const timersIn = (name: string): string | undefined => /^(opsdeck-[\w-]+?)\*?\.timer$/.exec(name)?.[1];

const change = (verb: string, name: string, scene: ShellCommandContext): CommandOutput => {
  const { machine, now } = scene;
  const timers = timersIn(name);
  if (verb === 'stop' && timers !== undefined && scene.isRoot) {
    machine.site.env.stopTimers(timers);
    return commandOk('');
  }
  const unit = unitOf(name, scene);
  if (unit === undefined)
    return commandFailed(5, `Failed to ${verb} ${full(name)}: Unit ${full(name)} not found.`);
  if (!scene.isRoot)
    return commandFailed(
      4,
      `Failed to ${verb} ${full(name)}: Access denied\nSee system logs and 'systemctl status ${full(name)}' for details.`,
    );
  if (verb === 'reload')
    return commandFailed(
      1,
      `Failed to reload ${full(name)}: Job type reload is not applicable for unit ${full(name)}.`,
    );
  if (verb === 'restart' || verb === 'stop') machine.stop(now);
  if (verb === 'restart' || verb === 'start') machine.start(now, true);
  return commandOk('');
};

/** systemctl(1): show, status, cat, is-active, list-units, start, stop, restart. */
export const systemctl: HostCommand = ([verb = '', ...args], scene) => {
  const properties = args.flatMap((arg) => /^--property=(.*)$/.exec(arg)?.[1]?.split(',') ?? []);
  const names = args.filter((arg) => !arg.startsWith('-'));
  const [name = ''] = names;
  switch (verb) {
    case 'show':
      return show(names, properties, scene);
    case 'status':
      return status(name, scene);
    case 'cat':
      return cat(name, scene);
    case 'is-active': {
      const timers = timersIn(name);
      if (timers !== undefined)
        return { ...commandOk(''), status: scene.machine.site.env.hasTimer(timers) ? 0 : 3 };
      const state = unitOf(name, scene)?.state ?? 'inactive';
      return { ...commandOk(`${state}\n`), status: state === 'active' ? 0 : 3 };
    }
    case 'daemon-reload':
      if (!scene.isRoot) return commandFailed(1, 'Failed to reload daemon: Access denied');
      scene.machine.site.reload();
      return commandOk('');
    case 'start':
    case 'stop':
    case 'restart':
    case 'reload':
      return change(verb, name, scene);
    case '--version':
      return commandOk('systemd 252 (252.39-1~deb12u1)\n');
    default:
      return commandFailed(1, `Unknown command verb ${verb}.`);
  }
};
