import { askEngine, callEngine } from './engine.ts';
import { shopImage } from './image.ts';

export interface Wanted {
  readonly name: string;
  /** A shell script, executed as process 1. */
  readonly script: string;
  /** Compose project and service. */
  readonly service?: readonly [project: string, service: string];
  /** True: allocates a terminal, so that both outputs are one stream without frames. */
  readonly tty?: boolean;
  /** A health check as a shell command: executed every second, unhealthy after two failures. */
  readonly health?: string;
  /** 'none': no network. */
  readonly network?: 'bridge' | 'none';
  /** Default: none, so that an end with status 0 is the intended one. */
  readonly restart?: 'unless-stopped';
}

export interface Container extends AsyncDisposable {
  readonly id: string;
}

const second = 1_000_000_000;

const bodyOf = ({ script, service, tty = false, health, network = 'bridge', restart }: Wanted): object => ({
  Image: shopImage,
  Cmd: ['/bin/sh', '-c', script],
  Tty: tty,
  Env: ['SHOP_PASSWORD=not+to+be+shown'],
  Labels:
    service === undefined
      ? {}
      : {
          'com.docker.compose.project': service[0],
          'com.docker.compose.service': service[1],
          'com.docker.compose.container-number': '1',
          'com.docker.compose.oneoff': 'False',
        },
  ...(health === undefined
    ? {}
    : { Healthcheck: { Test: ['CMD-SHELL', health], Interval: second, Timeout: 30 * second, Retries: 2 } }),
  HostConfig: {
    NetworkMode: network,
    LogConfig: { Type: 'json-file', Config: {} },
    ...(restart === undefined ? {} : { RestartPolicy: { Name: restart } }),
  },
});

/** Runs a container until disposal. */
export const runContainer = async (socket: string, wanted: Wanted): Promise<Container> => {
  const { Id: id } = await askEngine<{ readonly Id: string }>(
    socket,
    'POST',
    `/containers/create?name=${wanted.name}`,
    bodyOf(wanted),
  );
  await askEngine(socket, 'POST', `/containers/${id}/start`);
  return {
    id,
    [Symbol.asyncDispose]: async () =>
      void (await callEngine(socket, 'DELETE', `/containers/${id}?force=true&v=true`)),
  };
};

export interface Inspected {
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Pid: number;
    readonly Health?: { readonly Status: string };
  };
  readonly RestartCount: number;
  readonly NetworkSettings: { readonly IPAddress: string };
}

export const inspect = (socket: string, id: string): Promise<Inspected> =>
  askEngine<Inspected>(socket, 'GET', `/containers/${id}/json`);

/** Runs a program in a container as root. `output`: stdout and stderr combined, without frames. */
export const execIn = async (
  socket: string,
  id: string,
  argv: readonly string[],
): Promise<{ readonly status: number; readonly output: string }> => {
  const options = { Cmd: argv, AttachStdout: true, AttachStderr: true, Tty: true };
  const { Id } = await askEngine<{ readonly Id: string }>(socket, 'POST', `/containers/${id}/exec`, options);
  const { body } = await callEngine(socket, 'POST', `/exec/${Id}/start`, { Detach: false, Tty: true });
  const { ExitCode } = await askEngine<{ readonly ExitCode: number }>(socket, 'GET', `/exec/${Id}/json`);
  return { status: ExitCode, output: body.toString('utf8').replaceAll('\r\n', '\n') };
};
