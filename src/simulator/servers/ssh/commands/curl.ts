import type { HostMachine } from '../../../model/hosts/host-machine.ts';
import { commandFailed, commandOk, type HostCommand } from './host-command.ts';

/** curl's --write-out; times are in seconds. */
export const curlWriteOut = (format: string, status: number, seconds: number): string =>
  format
    .replaceAll('%{http_code}', String(status).padStart(3, '0'))
    .replaceAll('%{time_total}', seconds.toFixed(6));

/** Health page of the process that owns the port. */
const bodyOf = ({ instance }: HostMachine, isOurs: boolean): string =>
  isOurs
    ? `${JSON.stringify({ status: instance.startupFailure === undefined ? 'healthy' : 'down', version: instance.version })}\n`
    : '<!DOCTYPE HTML><html><body>Error code: 404</body></html>\n';

/** curl(1) with `-w` of a local port: the unit returns 200, unless it is slower than `-m`; any other process 404. */
export const curl: HostCommand = (args, { machine }) => {
  const port = Number(/^https?:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(args.at(-1) ?? '')?.[1]);
  const holder = machine.processes.listening(port);
  const format = args.includes('-w') ? (args[args.indexOf('-w') + 1] ?? '') : '';
  if (holder === undefined) {
    const words = `curl: (7) Failed to connect to localhost port ${port} after 0 ms: Couldn't connect to server`;
    return { ...commandFailed(7, words), out: curlWriteOut(format, 0, 0) };
  }
  const isOurs = holder.pid === machine.unit.mainPid;
  const seconds = isOurs ? 0.0041 + machine.instance.extraDelayMs / 1000 : 0.0012;
  const limit = args.includes('-m') ? Number(args[args.indexOf('-m') + 1]) : Number.POSITIVE_INFINITY;
  if (seconds > limit) {
    const words = `curl: (28) Operation timed out after ${limit * 1000} milliseconds with 0 bytes received`;
    return { ...commandFailed(28, words), out: curlWriteOut(format, 0, limit) };
  }
  const body = args.includes('-o') ? '' : bodyOf(machine, isOurs);
  return commandOk(body + curlWriteOut(format, isOurs ? 200 : 404, seconds));
};
