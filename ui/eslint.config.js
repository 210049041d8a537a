import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

// The folders form a chain: api <- words <- fake, state <- editors, components <- screens. A folder
// may import only from those before it, so no cycle between folders can be written.
const chain = {
  words: ['fake', 'state', 'components', 'editors', 'screens'],
  api: ['words', 'fake', 'state', 'components', 'editors', 'screens'],
  fake: ['state', 'components', 'editors', 'screens'],
  state: ['fake', 'components', 'editors', 'screens'],
  editors: ['fake', 'components', 'screens'],
  components: ['fake', 'screens'],
};

const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only lib/api talks to Rust.',
};

function border(folder, forbidden) {
  const groups = forbidden.map((name) => ({
    group: [`**/${name}/**`, `**/${name}`],
    message: `${folder} may not import from ${name}.`,
  }));
  return {
    files: [`src/lib/${folder}/**/*.{ts,svelte}`],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: folder === 'api' ? groups : [tauri, ...groups] }],
    },
  };
}

export default ts.config(
  { ignores: ['dist/', 'target/', 'node_modules/', 'public/', 'src/lib/api/generated/'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': ['error', { patterns: [tauri] }],
      // Sets and maps here are either local or kept in `$state.raw`.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  ...Object.entries(chain).map(([folder, forbidden]) => border(folder, forbidden)),
);
