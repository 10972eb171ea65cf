import type { WebSocket } from 'ws';
import type { Millis } from '../../../domain/fault.ts';
import { bytesOf, channelsOf } from './channels.ts';
import type { Outcome } from './command.ts';
import { commandOf } from './commands.ts';
import type { Visit } from './seat.ts';
import { pulseMs } from './watch.ts';

const stdout = 1;
const stderr = 2;
const ending = 3;
/** In v5 the caller closes a channel with this one. */
const closing = 255;

const pieceBytes = 256 * 1024;

/** How a process ended, as the last channel tells it. */
const statusOf = (code: number) =>
  code === 0
    ? { metadata: {}, status: 'Success' }
    : {
        metadata: {},
        status: 'Failure',
        message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
      };

/** Runs one of the few commands that there are in a pod: output on channels 1 and 2, how it ended on channel 3. */
export const serveExec = ({ seat, ask, pod, life }: Visit, socket: WebSocket): void => {
  const channels = channelsOf(socket);
  const argv = ask.query.getAll('command');
  const end = ({ out = '', err = '', code }: Outcome): void => {
    if (out.length > 0 && ask.query.get('stdout') !== 'false') channels.send(stdout, out);
    if (err !== '' && ask.query.get('stderr') !== 'false') channels.send(stderr, err);
    channels.send(ending, JSON.stringify(statusOf(code)));
    channels.close();
  };
  const { model, clock, env } = seat.view;
  const { database } = model.see(env, clock.now()).parts;
  const toClock = (at: Millis) => model.toClock(at);
  const what = commandOf({ cluster: seat.see(), database, pod, life, argv, toClock });
  if (what.kind === 'done') {
    end(what);
    return;
  }
  if (what.kind === 'reads') {
    const input: Buffer[] = [];
    socket.on('message', (data) => {
      const bytes = bytesOf(data);
      if (bytes[0] === 0) input.push(bytes.subarray(1));
      else if (bytes[0] === closing && bytes[1] === 0) end(what.told(Buffer.concat(input).toString('utf8')));
    });
    return;
  }
  if (what.kind === 'file') {
    void (async () => {
      const { sizeBytes } = what.file;
      for (let at = 0; at < sizeBytes && socket.readyState === socket.OPEN; at += pieceBytes)
        await channels.sent(stdout, what.file.part(at, at + pieceBytes));
      end({ code: 0 });
    })();
    return;
  }
  if (what.out !== '') channels.send(stdout, what.out);
  const deaf = what.follow((text) => channels.send(stdout, text));
  const still = clock.every(pulseMs, () => {
    seat.see();
    // The kernel ends it with the container.
    if (life.step !== 'running' && life.step !== 'starting') end({ code: 137 });
  });
  socket.once('close', () => {
    deaf();
    still();
  });
};
