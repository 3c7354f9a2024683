// SPDX-License-Identifier: GPL-2.0
/*
 * A client in Java: asks a PostgreSQL server, or the next one of the URL, whether it works.
 */
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;

public class Query {
	public static void main(String[] args) throws SQLException {
		try (Connection server = DriverManager.getConnection(args[0]);
		     ResultSet answer = server.createStatement().executeQuery("table answer")) {
			answer.next();
			System.out.println(answer.getString(1));
		}
	}
}
