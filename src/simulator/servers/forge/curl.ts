import { failed, type Tool, unknownHere } from './ran.ts';

/** `curl … URL[1-N]`: what that many requests at once are answered, one status a line. The stand-in asks by itself. */
export const curl: Tool = (started) => {
  const { args } = started;
  const [, url = '', last = ''] = /^(http.*)\[1-(\d+)\]$/.exec(args.at(-1) ?? '') ?? [];
  if (url === '' || !args.includes('-Z') || !args.includes('%{http_code}\\n')) return unknownHere(started);
  const urls = Array.from({ length: Number(last) }, (_, index) => `${url}${index + 1}`);
  return { ...failed(0, ''), urls };
};
