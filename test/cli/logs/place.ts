import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, type House, openHouse } from '../support/house.ts';

/** A house with logs in it, and a profile that names them. */
export interface LogPlace extends AsyncDisposable {
  readonly house: House;
  path(name: string): string;
  /** Writes files, and a profile of them (and of `also`, which are not there); `more` is appended to it. */
  put(
    files: Readonly<Record<string, string | Buffer>>,
    more?: string,
    also?: readonly string[],
  ): Promise<void>;
  logs(...args: readonly string[]): Promise<Ended>;
}

export const openLogPlace = async (): Promise<LogPlace> => {
  const house = await openHouse();
  return {
    house,
    path: (name) => join(house.dir, name),
    put: async (files, more = '', also = []) => {
      for (const [name, text] of Object.entries(files)) {
        await house.put(name, '');
        await writeFile(join(house.dir, name), text);
      }
      const paths = [...Object.keys(files), ...also].map((name) => `"../${name}"`).join(', ');
      const text = `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\nsources:\n  app: { type: file, paths: [${paths}] }\n`;
      await house.put('profiles/dev.yaml', `${text}${more}`);
    },
    logs: (...args) => house.run(['logs', '--env', 'dev', ...args]),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
};
