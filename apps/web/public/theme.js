// Before anything is painted: the colours that were chosen here, else the system's.
const chosen = localStorage.getItem('theme');
const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.classList.toggle('dark', isDark);
