import { join } from 'node:path';
import { secret } from '../../contract/wired.ts';
import { freePort } from '../../support/free-port.ts';
import { find } from '../machine/command.ts';
import { type Launched, launch } from '../machine/launch.ts';
import { packageMissing } from '../provision/debian.ts';
import { builtJar, parentVersion } from '../provision/maven.ts';
import { authorized, scraper, user } from './passwords.ts';
import type { RealServer, Tier } from './server.ts';

interface Line {
  readonly name: string;
  readonly tier: Tier;
  readonly pom: string;
}

const withinMs = 90_000;
/** JVM options for a small heap and a fast start. */
const jvm = ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Our application on one Spring Boot line; both lines are built from the same sources. */
const springServer = ({ name, tier, pom }: Line): RealServer => ({
  name,
  tier,
  packages: [
    { program: 'java', name: 'default-jdk-headless' },
    { program: 'mvn', name: 'maven' },
  ],
  uses: ['node-exporter'],
  have: async (machine) => {
    if ((await find('java')) === undefined) return packageMissing('default-jdk-headless', machine.provision);
    const built = await builtJar(pom, machine);
    return built.is === 'available' ? { is: 'available', version: await parentVersion(pom) } : built;
  },
  start: async (context) => {
    const built = await builtJar(pom, { ...context.machine, provision: false });
    if (built.is !== 'available') throw new Error(built.why);
    const port = await freePort();
    const { dir, version, machine } = context;
    const launched = await startShop({ jar: built.jar, dir, port, signal: machine.signal });
    return { ...launched, address: { name, kind: 'spring', version, port, details: { jar: built.jar } } };
  },
});

/** Where an application runs. */
interface ShopStart {
  readonly jar: string;
  readonly dir: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

/** Starts our application at a port; resolves when it is ready. */
export const startShop = ({ jar, dir, port, signal }: ShopStart): Promise<Launched> =>
  launch({
    program: 'java',
    args: [
      ...jvm,
      '-jar',
      jar,
      `--server.port=${port}`,
      `--server.tomcat.basedir=${join(dir, 'tomcat')}`,
      `--logging.file.name=${join(dir, 'shop.log')}`,
    ],
    env: { SHOP_USERS: springMap({ [user]: secret, [scraper.user]: scraper.password }) },
    dir,
    readyUrl: `http://127.0.0.1:${port}/actuator/health/readiness`,
    headers: authorized,
    withinMs,
    signal,
  });

/** A map in the syntax of Spring's expression language. */
const springMap = (entries: Readonly<Record<string, string>>): string =>
  `{${Object.entries(entries)
    .map(([key, value]) => `${key}: '${value}'`)
    .join(', ')}}`;

export const spring35 = springServer({ name: 'spring-3.5', tier: 'fast', pom: 'test/real/spring/pom.xml' });
export const spring4 = springServer({ name: 'spring-4', tier: 'all', pom: 'test/real/spring/boot4/pom.xml' });
