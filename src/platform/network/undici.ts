/**
 * The parts of undici in use, by name: a bundled `import()` of a CommonJS package would have them under `default`
 * only.
 */
export { Agent, buildConnector, request } from 'undici';
