import { maskSecretValue } from '../kit/values/secrets.ts';
import { entries, field, list, requiredList, text } from '../kit/values/wire-value.ts';

interface EnvironmentLine {
  readonly title: string;
  readonly text: string;
}

const maxLines = 300;

/** 'application.yml' of "Config resource 'class path resource [application.yml]' via location 'optional:classpath:/'". */
const shortSource = (name: string): string => /\[([^\]]+)\]/.exec(name)?.[1] ?? name;

/** Sources of the JVM and the machine: long, and rarely what a service was configured with. */
const ofMachine = new Set(['systemProperties', 'systemEnvironment']);

/**
 * Formats the environment of a service: active profiles, then each property with its effective value (that of the first property
 * source that has it) and where it comes from. Properties of the JVM and of the machine appear only where they replace one of
 * the service. Values of secret names are hidden, whatever the service shows. Throws `malformed` without property
 * sources. Source: Spring Boot actuator, env endpoint.
 */
export const environmentLines = (body: unknown): readonly EnvironmentLine[] => {
  const profiles = list(field(body, 'activeProfiles')).flatMap((profile) => text(profile) ?? []);
  const sources = requiredList(field(body, 'propertySources'), 'propertySources').map((source) => ({
    name: text(field(source, 'name')) ?? '',
    properties: entries(field(source, 'properties')),
  }));
  const own = new Set(
    sources.flatMap(({ name, properties }) => (ofMachine.has(name) ? [] : properties.map(([key]) => key))),
  );
  const effective = new Map<string, EnvironmentLine>();
  for (const { name, properties } of sources)
    for (const [key, property] of properties) {
      if (effective.has(key) || !own.has(key)) continue;
      const value = field(property, 'value');
      const shown = typeof value === 'string' ? value : JSON.stringify(value ?? null);
      effective.set(key, { title: key, text: `${maskSecretValue(key, shown)}  (${shortSource(name)})` });
    }
  const lines = [...effective.values()].toSorted((first, other) => (first.title < other.title ? -1 : 1));
  const hidden = lines.length - maxLines;
  return [
    { title: 'active profiles', text: profiles.length === 0 ? 'none' : profiles.join(', ') },
    ...lines.slice(0, maxLines),
    ...(hidden > 0
      ? [
          {
            title: 'more',
            text: `${hidden} more properties are not shown. Open /actuator/env for the whole list`,
          },
        ]
      : []),
  ];
};

/** Names of all meters. Source: Spring Boot actuator, metrics endpoint without a name. Throws `malformed`. */
export const meterLines = (body: unknown): readonly EnvironmentLine[] =>
  requiredList(field(body, 'names'), 'names').flatMap((name) => {
    const meter = text(name);
    return meter === undefined ? [] : [{ title: meter, text: '' }];
  });
