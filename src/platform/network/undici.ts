/** The parts of undici that are used, by name: a bundled `import()` of a CommonJS package would have them under `default` only. */
export { Agent, buildConnector, request } from 'undici';
