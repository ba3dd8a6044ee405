// Where one is: `#/page/detail?key=value`. The part behind # never reaches the server, nor its log.

let hash = $state(location.hash);
window.addEventListener('hashchange', () => (hash = location.hash));

const parts = $derived.by(() => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const pieces = path.split('/').map(decodeURIComponent);
  return { page: pieces[0] ?? '', detail: pieces[1] ?? '', query: new URLSearchParams(query) };
});

export const route = {
  get page(): string {
    return parts.page;
  },
  get detail(): string {
    return parts.detail;
  },
  ask(key: string): string {
    return parts.query.get(key) ?? '';
  },
};

export function to(page: string, detail = '', query: Record<string, string> = {}): string {
  const tail = new URLSearchParams(Object.entries(query).filter(([, v]) => v)).toString();
  return `#/${page}${detail ? `/${encodeURIComponent(detail)}` : ''}${tail ? `?${tail}` : ''}`;
}

export function go(page: string, detail = '', query: Record<string, string> = {}): void {
  location.hash = to(page, detail, query);
}
