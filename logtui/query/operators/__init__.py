"""Field operators with a file each: word -> leaf -> text and comparisons. The registry has a row for every one."""
