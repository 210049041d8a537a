/** A drawing of a sea under a sky, as an address: each number another one. */
export function picture(n: number): string {
  const [sky, sea] = [['#f3d9a4', '#2f6d8c'], ['#a9cbe8', '#3f7a5c'], ['#d9dee6', '#31476b'], ['#e8b6a0', '#5a4a78']][n % 4] ?? [];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 90"><rect width="120" height="90" fill="${sky}"/><circle cx="${30 + (n % 4) * 18}" cy="28" r="11" fill="#fff6d8"/><path d="M0 58q15-9 30 0t30 0 30 0 30 0v32H0z" fill="${sea}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
