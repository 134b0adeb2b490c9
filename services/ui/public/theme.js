// Runs before the first paint, so that a chosen theme does not flash. A file, because inline scripts are forbidden.
try {
  const theme = localStorage.getItem('bakerst.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch (error) {
  console.warn('The theme cannot be remembered: storage is blocked.', error);
}
