import { type Command, InvalidArgumentError, Option } from 'commander';
import { addExamples } from '../command/help.ts';

/** An address to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** The options of `opsdeck serve`. */
export interface ServeFlags {
  readonly metrics?: boolean;
  readonly listen: ListenAddress;
  readonly allowRemote?: boolean;
}

/** 9465: free of the ports that common exporters use. */
const standard: ListenAddress = { host: '127.0.0.1', port: 9465 };

/** Parses `HOST:PORT`, `[IPv6]:PORT` or `PORT`. */
const parseAddress = (text: string): ListenAddress => {
  const [, ipv6, name, digits] = /^(?:(?:\[([\da-f:.]+)\]|([\w.-]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits ?? Number.NaN);
  if (!(port <= 65_535)) throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:9465.');
  return { host: ipv6 ?? name ?? standard.host, port };
};

/** Declares `opsdeck serve` with its options. */
export const declareServe = (command: Command): Command =>
  addExamples(
    command
      .summary('serve the levels of an environment as Prometheus metrics and JSON')
      .description(
        'Poll an environment as the cockpit does, and serve the levels until you press ctrl-c: /metrics as Prometheus ' +
          'text, /levels as JSON. Secrets are masked. Names of rows and labels are not served, except in the situation ' +
          'sentence of /levels, which only this machine can read.\n\n' +
          'Exit codes: 0 interrupted, 4 usage or profile error.',
      )
      .option('--metrics', 'serve /metrics and /levels. Required, because there is nothing else to serve yet')
      .addOption(
        new Option('--listen <address>', 'listen on this HOST:PORT. Port 0 means a free port')
          .argParser(parseAddress)
          .default(standard, '127.0.0.1:9465'),
      )
      .option('--allow-remote', 'allow a --listen address that other machines can reach'),
    [
      ['opsdeck serve --metrics --env production', 'serve on 127.0.0.1:9465'],
      [
        'opsdeck serve --metrics --env shop/production --listen 127.0.0.1:0',
        'serve on a free port, and print the port',
      ],
      ['curl -s http://127.0.0.1:9465/levels | jq .level', 'print the worst level'],
    ],
  );
